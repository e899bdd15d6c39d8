"""Background work of the decision: the file of a consultation."""

from __future__ import annotations

from django.urls import reverse

from consultations.appel.models import Appel
from consultations.choix import dossier
from core.jobs import GiveUp, JobRun, job

DOSSIER_JOB = "consultations.dossier"


@job(DOSSIER_JOB, label="Dossier de consultation", max_seconds=600)
def consultation_file(run: JobRun, *, appel: int) -> dict:
    """Assemble the file of a consultation for who asks, if she still may."""
    found = Appel.objects.select_related("ingenierie__pilote__region", "version_diffusee").filter(pk=appel).first()
    if found is None or not dossier.viewable([found.pk], run.requester):
        raise GiveUp("Ce dossier de consultation n’est pas accessible avec votre compte.")
    run.progress(0, 2, "Rassemblement des pièces")
    kept = dossier.keep(found, actor=run.requester, job_id=run.job_id)
    run.progress(2, 2, "Dossier prêt")
    return {"url": reverse("consultations:dossier_fichier", args=[found.ingenierie_id, found.pk, kept.pk])}
