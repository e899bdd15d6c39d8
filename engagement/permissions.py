"""Who may do what in « Engager ». Deny by default; each refusal has its sentence.

Writing the partners, objectives and budget lines is contributing to the dossier
(:func:`projects.permissions.why_not_contribute`); what is particular to this floor is here.
"""

from __future__ import annotations

import rules

from accounts.models import Organisation
from core.actor import Actor
from projects.models import Ingenierie
from projects.permissions import why_not_contribute, why_not_pilot


def why_not_record_avis(actor: Actor, ingenierie: Ingenierie, organisation: Organisation) -> str | None:
    """Why ``actor`` may not record the opinion of the comité d'appui of ``organisation``, or ``None``.

    Its own members may, and the pilot (or the DLA référent) for everybody.
    """
    refusal = why_not_contribute(actor, ingenierie)
    if refusal:
        return refusal
    if actor.is_system or actor.organisation_id == organisation.pk or why_not_pilot(actor, ingenierie) is None:
        return None
    return f"L’avis du comité d’appui est enregistré par les membres de ce DLA ({organisation}) ou par le pilote."


def why_not_manage_seance(actor: Actor, organisation: Organisation) -> str | None:
    """Why ``actor`` may not prepare and hold the sessions of the comité d'appui of ``organisation``, or ``None``."""
    if actor.is_system:
        return None
    if actor.organisation_id != organisation.pk or not organisation.is_dla:
        return f"Les séances du comité d’appui sont tenues par les membres de ce DLA ({organisation})."
    if not actor.membership.writes:
        return "Votre rôle dans l’organisation est « lecture seule »."
    return None


@rules.predicate
def can_confirm_budget(actor: Actor, ingenierie: Ingenierie) -> bool:
    """Confirming the budget d'intervention is a decision of the pilot."""
    return why_not_pilot(actor, ingenierie) is None


rules.add_perm("engagement.confirm_budget", can_confirm_budget)
