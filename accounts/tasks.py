"""Background work about people: the file of their data, accounts that nobody uses any more."""

from __future__ import annotations

from django.urls import reverse

from accounts import personal
from accounts.services import erasure
from core.jobs import GiveUp, JobRun, daily, job

DATA_JOB = "accounts.donnees"


@job(DATA_JOB, label="Vos données personnelles", max_attempts=3, max_seconds=600)
def personal_data(run: JobRun, *, user: int) -> dict:
    """Gather what is held on the person who asks, for herself alone."""
    actor = run.requester
    if actor.user_id != user:
        raise GiveUp("Chaque personne demande ses propres données.")
    run.progress(0, 2, "Rassemblement des données")
    content = personal.archive(personal.gather(actor.user), about=str(actor.user))
    run.progress(1, 2, "Écriture du fichier")
    kept = personal.keep_archive(content, actor.user, actor=actor, job_id=run.job_id, scope=actor.user)
    return {"url": reverse("accounts:donnees_fichier", args=[kept.pk])}


@daily("accounts.conservation", at=3, label="Comptes inutilisés : prévenir, puis effacer")
def forget_accounts(run: JobRun, *, date: str) -> dict:
    """Anonymise the accounts whose term has come, warn those whose term is a month away."""
    return {
        "effaces": erasure.erase_accounts(check=run.check),
        "prevenus": erasure.warn_accounts(check=run.check),
    }
