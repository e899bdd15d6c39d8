"""Inviting the référents of the fiches taken over."""

from __future__ import annotations

from django.urls import reverse

from core.errors import DomainError
from core.jobs import JobRun, job
from partners.portfolio.fiche.models.reprise import Reprise
from partners.portfolio.reprise.services import invite_referent

INVITE_JOB = "portfolio.invitations_reprises"


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
