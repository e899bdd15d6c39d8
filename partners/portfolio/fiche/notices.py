"""Who is told of a fiche that is sent or decided (docs/notifications.md)."""

from __future__ import annotations

from accounts.enums import OrganisationKind, Role
from accounts.models import Membership
from core import outbox
from core.actor import Actor
from partners.portfolio.fiche.models.fiche import FicheVersion
from partners.portfolio.prestataire.notices import referents


def reviewers(region_id: int) -> list[str]:
    """The addresses of those who decide for a région: the writing members of its C2RA."""
    rows = (
        Membership.objects.active()
        .filter(organisation__kind=OrganisationKind.C2RA, organisation__region=region_id)
        .exclude(role=Role.LECTURE)
    )
    return list(rows.order_by("user__email").values_list("user__email", flat=True).distinct())


def submitted(fiche: FicheVersion, *, actor: Actor) -> None:
    """A fiche enters the queue: those who decide read it in the day's digest."""
    for email in reviewers(fiche.prestataire.region_id):
        outbox.queue_mail(
            "portfolio/soumise",
            to=email,
            context={"fiche": fiche.pk},
            actor=actor,
            scope=fiche.prestataire,
            urgent=False,
        )


def decided(fiche: FicheVersion, *, actor: Actor) -> None:
    """The C2RA decided: each référent is told at once."""
    for email in referents(fiche.prestataire_id):
        outbox.queue_mail(
            "portfolio/decision",
            to=email,
            context={"fiche": fiche.pk, "state": fiche.state, "tour": fiche.tours},
            actor=actor,
            scope=fiche.prestataire,
        )
