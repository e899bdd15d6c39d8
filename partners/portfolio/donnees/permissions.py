"""Who has the data of somebody gathered."""

from __future__ import annotations

from typing import Any

from core.actor import Actor
from core.text import normalise
from partners.portfolio.donnees.personal import account_names
from partners.portfolio.prestataire.permissions import why_not_lead


def why_not_draw(actor: Actor, intervenant: Any) -> str | None:
    """Why ``actor`` may not have the data of an intervenant gathered, or ``None``.

    Who has an account asks for her own.
    """
    refusal = why_not_lead(actor, intervenant.fiche.prestataire)
    if refusal:
        return refusal
    if normalise(intervenant.nom) in account_names(intervenant.fiche.prestataire):
        return f"{intervenant.nom} a un compte : cette personne demande elle-même ses données, depuis « Mon compte »."
    return None
