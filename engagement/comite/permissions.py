"""Who may hold the sessions of a comité d'appui. Deny by default; each refusal has its sentence."""

from __future__ import annotations

from accounts.models import Organisation
from core.actor import Actor


def why_not_manage_seance(actor: Actor, organisation: Organisation) -> str | None:
    """Why ``actor`` may not prepare and hold the sessions of the comité d'appui of ``organisation``, or ``None``."""
    if actor.is_system:
        return None
    if actor.organisation_id != organisation.pk or not organisation.is_dla:
        return f"Les séances du comité d’appui sont tenues par les membres de ce DLA ({organisation})."
    if not actor.membership.writes:
        return "Votre rôle dans l’organisation est « lecture seule »."
    return None
