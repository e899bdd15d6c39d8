"""Who chooses the prestataire and records whom it was chosen among, and when."""

from __future__ import annotations

from django.db.models import Case, Exists, OuterRef, Q, QuerySet, Value, When

from consultations.cahier.models import VersionDiffusee
from core.actor import Actor
from partners.portfolio.prestataire.permissions import uses_portfolio
from projects.enums import Etat
from projects.ingenierie import permissions
from projects.ingenierie.models import Ingenierie

#: Steps at which a prestataire is chosen (or changed).
STEPS = (Etat.CONFIRMER, Etat.FINALISER)


def why_not_choose(ingenierie: Ingenierie, actor: Actor) -> str:
    """Why ``actor`` may not choose the prestataire now, or ``""``: the pilot does, from « Confirmer » on."""
    refusal = permissions.why_not_pilot(actor, ingenierie)
    if refusal:
        return refusal
    if ingenierie.state in STEPS:
        return ""
    if ingenierie.is_open:
        return "Le prestataire se choisit à l’étape « Confirmer », une fois le cahier des charges diffusé."
    return "L’ingénierie est terminée : rouvrez-la pour la modifier."


def why_not_record(actor: Actor) -> str:
    """Why ``actor`` records no consultation at all, whatever the ingénierie, or ``""``."""
    if not uses_portfolio(actor):
        return "Le portefeuille est consulté par les DLA, les C2RA, les CNAR et l’AVISE."
    return "" if actor.membership.writes else "Votre rôle dans l’organisation est « lecture seule »."


def why_not_consult(ingenierie: Ingenierie, actor: Actor) -> str:
    """Why ``actor`` may not record who is consulted now, or ``""``: who chooses the prestataire, once a version of the
    cahier des charges is diffused."""
    refusal = why_not_choose(ingenierie, actor)
    if refusal:
        return refusal
    if VersionDiffusee.objects.filter(cahier__ingenierie=ingenierie).exists():
        return ""
    return "Diffusez d’abord le cahier des charges : c’est la version figée que reçoivent les prestataires consultés."


def open_to(actor: Actor) -> QuerySet[Ingenierie]:
    """The ingénieries for which ``actor`` may record consultations: her own first, then by step and title."""
    if why_not_record(actor):
        return Ingenierie.objects.none()
    diffused = VersionDiffusee.objects.filter(cahier__ingenierie=OuterRef("pk"))
    visible = Ingenierie.objects.visible_to(actor).filter(Exists(diffused), state__in=STEPS)
    decided = Q(pilote=actor.organisation_id) | Q(referent=actor.organisation_id)
    mine = Case(When(charge_mission=actor.user_id, then=Value(0)), default=Value(1))
    return visible.filter(decided).order_by(mine, "state", "titre", "pk")
