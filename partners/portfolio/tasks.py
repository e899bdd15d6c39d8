"""Every day: who has to update a fiche is reminded, at 11, 12 and 13 months, as long as it remains to be done."""

from __future__ import annotations

from django.db import transaction
from django.urls import reverse

from accounts.personal import archive, keep_archive
from core import clock, outbox
from core.actor import Actor
from core.errors import DomainError
from core.jobs import GiveUp, JobRun, daily, job
from partners.portfolio import personal
from partners.portfolio.enums import EtatPublication
from partners.portfolio.mails import still_to_update
from partners.portfolio.models import Intervenant, Publication, Reprise, months_after
from partners.portfolio.permissions import why_not_draw
from partners.portfolio.services import conservation
from partners.portfolio.services.effacement import same_person
from partners.portfolio.services.notices import referents
from partners.portfolio.services.ouverture import erase_messages
from partners.portfolio.services.reprises import invite_referent

DATA_JOB = "portfolio.donnees_intervenant"
INVITE_JOB = "portfolio.invitations_reprises"
#: Months after publication at which a reminder leaves.
REMINDERS = (11, 12, 13)


def due_month(publication: Publication) -> int | None:
    """The last reminder whose day has come for ``publication``, or ``None``: a worker that slept misses none."""
    today = clock.today()
    passed = [month for month in REMINDERS if months_after(publication.publiee_le, month) <= today]
    return passed[-1] if passed else None


def remind(*, dry_run: bool = False) -> int:
    """Owe the reminders of today, each once per term and month; returns how many.

    Only of the home région: one update answers for all. Nothing after two years: the fiche is inactive.
    """
    today = clock.today()
    rows = (
        Publication.objects.filter(
            state=EtatPublication.PUBLIEE,
            publiee_le__lte=months_after(today, -REMINDERS[0]),
            publiee_le__gt=months_after(today, -24),
            candidate=None,
        )
        .select_related("prestataire")
        .order_by("pk")
    )
    actor = Actor.system("rappels du portefeuille")
    count = 0
    for publication in rows.iterator(chunk_size=200):
        month = due_month(publication)
        if publication.region_id != publication.prestataire.region_id or month is None:
            continue
        if not still_to_update(publication, publication.a_actualiser_le):
            continue
        for email in referents(publication.prestataire_id):
            key = f"portfolio-rappel-{publication.pk}-{publication.a_actualiser_le}-{month}-{email}"
            if outbox.OutboxMail.objects.filter(key=key).exists():
                continue
            count += 1
            if dry_run:
                continue
            with transaction.atomic():
                outbox.queue_mail(
                    "portfolio/rappel",
                    to=email,
                    context={
                        "publication": publication.pk,
                        "a_actualiser_le": publication.a_actualiser_le.isoformat(),
                        "mois": month,
                    },
                    actor=actor,
                    scope=publication.prestataire,
                    key=key,
                    urgent=False,
                )
    return count


@daily("portfolio.messages", at=3, label="Effacement des messages de visiteurs")
def daily_erasing(run: JobRun, *, date: str) -> dict:
    """What visitors wrote is not kept."""
    return {"messages": erase_messages()}


@daily("portfolio.rappels", at=5, label="Rappels de mise à jour des fiches")
def daily_reminders(run: JobRun, *, date: str) -> dict:
    """The reminders of the day; may run again, sends nothing twice."""
    return {"rappels": remind()}


@job(INVITE_JOB, label="Invitations des référents de l’ancien portefeuille", max_attempts=5)
def invite_referents(run: JobRun, *, organisation: int) -> dict:
    """Invite each référent not invited yet, as the person who asked; taken again, it goes on where it stopped."""
    actor = run.requester
    waiting = list(Reprise.objects.filter(organisation=organisation).to_invite().order_by("pk"))
    sent = refused = 0
    for number, reprise in enumerate(waiting):
        run.progress(number, len(waiting), "Envoi des invitations")
        try:
            invite_referent(reprise, actor=actor)
            sent += 1
        except DomainError:
            refused += 1  # somebody invited or came meanwhile: the list says so
    run.progress(len(waiting), len(waiting), "Les invitations sont parties.")
    return {"url": reverse("portfolio:reprises"), "envoyees": sent, "refusees": refused}


@job(DATA_JOB, label="Données d’un intervenant", max_attempts=3, max_seconds=300)
def intervenant_data(run: JobRun, *, intervenant: int) -> dict:
    """Gather what the fiches hold on an intervenant who has no account, for the référent who asks."""
    actor = run.requester
    row = Intervenant.objects.select_related("fiche__prestataire").filter(pk=intervenant).first()
    refusal = "Cette personne n’est plus sur la fiche." if row is None else why_not_draw(actor, row)
    if refusal:
        raise GiveUp(refusal)
    prestataire = row.fiche.prestataire
    rows = Intervenant.objects.filter(pk__in=[r.pk for r in same_person(row)])
    rows = rows.select_related("fiche__prestataire").prefetch_related("secteurs").order_by("pk")
    content = archive(personal.intervenant_sections(rows), about=row.nom)
    kept = keep_archive(content, row, actor=actor, job_id=run.job_id, scope=prestataire)
    return {"url": reverse("portfolio:donnees_fichier", args=[prestataire.pk, kept.pk])}


@daily("portfolio.conservation", at=3, label="Fiches inutilisées : prévenir, puis effacer")
def forget_fiches(run: JobRun, *, date: str) -> dict:
    """Erase the fiches whose term has come, warn those whose term is a month away."""
    return {
        "effacees": conservation.erase_due(check=run.check),
        "prevenues": conservation.warn_fiches(check=run.check),
    }
