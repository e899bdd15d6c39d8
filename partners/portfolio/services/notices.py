"""Who is told of what by mail (docs/notifications.md)."""

from __future__ import annotations

from django.db.models import Q

from accounts.enums import OrganisationKind, Role
from accounts.models import Membership
from core import outbox
from core.actor import Actor
from partners.portfolio.enums import RoleMembre
from partners.portfolio.models import FicheVersion, Membre, Prestataire, Publication


def referents(prestataire_id: int) -> list[str]:
    rows = Membre.objects.active().filter(prestataire=prestataire_id, role=RoleMembre.REFERENT)
    return list(rows.order_by("pk").values_list("user__email", flat=True))


def reviewers(region_id: int) -> list[str]:
    """The addresses of those who decide for a région: the writing members of its C2RA."""
    rows = (
        Membership.objects.active()
        .filter(organisation__kind=OrganisationKind.C2RA, organisation__region=region_id)
        .exclude(role=Role.LECTURE)
    )
    return list(rows.order_by("user__email").values_list("user__email", flat=True).distinct())


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


def region_decided(publication: Publication, *, actor: Actor) -> None:
    """Another région decided: each référent reads it in the day's digest."""
    for email in referents(publication.prestataire_id):
        outbox.queue_mail(
            "portfolio/region",
            to=email,
            context={"publication": publication.pk, "state": publication.state},
            actor=actor,
            scope=publication.prestataire,
            urgent=False,
        )
