"""Who is told of who joins a prestataire (docs/notifications.md)."""

from __future__ import annotations

from django.db.models import Q

from accounts.enums import OrganisationKind, Role
from accounts.models import Membership
from core import outbox
from core.actor import Actor
from partners.portfolio.prestataire.enums import RoleMembre
from partners.portfolio.prestataire.models import Membre, Prestataire


def referents(prestataire_id: int) -> list[str]:
    rows = Membre.objects.active().filter(prestataire=prestataire_id, role=RoleMembre.REFERENT)
    return list(rows.order_by("pk").values_list("user__email", flat=True))


def hosts(prestataire: Prestataire) -> list[str]:
    """The addresses of those who let somebody into a prestataire that nobody holds yet."""
    wanted = Q(organisation__kind=OrganisationKind.C2RA, organisation__region=prestataire.region_id)
    wanted |= Q(organisation__reprises__prestataire=prestataire)
    rows = Membership.objects.active().filter(wanted).exclude(role=Role.LECTURE)
    return list(rows.order_by("user__email").values_list("user__email", flat=True).distinct())


def join_asked(membre: Membre, *, actor: Actor) -> None:
    """Somebody asks to join: each référent is told at once; who may answer in their place, while nobody holds it."""
    for email in referents(membre.prestataire_id) or hosts(membre.prestataire):
        outbox.queue_mail(
            "portfolio/demande",
            to=email,
            context={"membre": membre.pk},
            actor=actor,
            scope=membre.prestataire,
            key=f"portfolio-demande-{membre.pk}-{email}",
        )


def join_answered(membre: Membre, *, actor: Actor) -> None:
    """The person who asked to join learns the answer."""
    outbox.queue_mail(
        "portfolio/reponse",
        to=membre.user.email,
        context={"membre": membre.pk},
        actor=actor,
        scope=membre.prestataire,
        key=f"portfolio-reponse-{membre.pk}",
    )
