"""Who may record what validates the démarche. Deny by default; each refusal has its sentence."""

from __future__ import annotations

from accounts.models import Organisation
from core.actor import Actor
from projects.ingenierie.models import Ingenierie
from projects.ingenierie.permissions import why_not_contribute, why_not_pilot


def why_not_record_avis(actor: Actor, ingenierie: Ingenierie, organisation: Organisation) -> str | None:
    """Why ``actor`` may not record the opinion of the comité d'appui of ``organisation``, or ``None``.

    Its own members may, and the pilot (or the DLA référent) for everybody.
    """
    return _why_not_record(
        actor,
        ingenierie,
        organisation,
        f"L’avis du comité d’appui est enregistré par les membres de ce DLA ({organisation}) ou par le pilote.",
    )


def why_not_record_porteur(actor: Actor, ingenierie: Ingenierie, organisation: Organisation) -> str | None:
    """Why ``actor`` may not record the validation by the structure porteuse of ``organisation``, or ``None``: as for
    the opinion of its comité d'appui."""
    return _why_not_record(
        actor,
        ingenierie,
        organisation,
        f"La validation de la structure porteuse est enregistrée par les membres de {organisation} ou par le pilote.",
    )


def _why_not_record(actor: Actor, ingenierie: Ingenierie, organisation: Organisation, said: str) -> str | None:
    refusal = why_not_contribute(actor, ingenierie)
    if refusal:
        return refusal
    if actor.is_system or actor.organisation_id == organisation.pk or why_not_pilot(actor, ingenierie) is None:
        return None
    return said
