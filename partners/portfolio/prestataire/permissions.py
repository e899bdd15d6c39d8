"""Who may do what in the portfolio. Deny by default; each refusal has its sentence.

A prestataire sees its own fiche only; the staff (DLA, C2RA, CNAR, AVISE) sees what was published; the C2RA of a région
sees what is submitted to it. What one may not see is a 404.
"""

from __future__ import annotations

from typing import Any

from accounts.permissions import is_c2ra_of
from core.actor import Actor
from partners.portfolio.prestataire.enums import RoleMembre
from partners.portfolio.prestataire.models import Membre, Prestataire

NOT_MEMBER = "Seules les personnes de ce prestataire modifient sa fiche."
NOT_REFERENT = "Seul le référent du prestataire le peut : adressez-vous à lui."


def belongings(actor: Actor) -> list[Membre]:
    """The prestataires the person belongs to today, oldest first."""
    if actor.kind != "user" or actor.user_id is None:
        return []
    rows = Membre.objects.active().filter(user=actor.user_id)
    return list(rows.select_related("prestataire__region").order_by("since", "pk"))


def belonging(actor: Actor, prestataire: Any) -> Membre | None:
    """How the actor belongs to ``prestataire`` (an object or its pk), or ``None``."""
    if actor.kind != "user" or actor.user_id is None:
        return None
    pk = getattr(prestataire, "pk", prestataire)
    return Membre.objects.active().filter(user=actor.user_id, prestataire=pk).first()


def uses_portfolio(actor: Actor) -> bool:
    """Consults the portfolio: every organisation of the dispositif."""
    return actor.kind == "user" and actor.organisation is not None


def why_not_write(actor: Actor, prestataire: Prestataire) -> str | None:
    """Why ``actor`` may not write the fiche, or ``None``."""
    if actor.is_system or belonging(actor, prestataire):
        return None
    return NOT_MEMBER


def why_not_lead(actor: Actor, prestataire: Prestataire) -> str | None:
    """Why ``actor`` may not decide who belongs to the prestataire, or ``None``."""
    if actor.is_system:
        return None
    found = belonging(actor, prestataire)
    if found is None:
        return NOT_MEMBER
    return None if found.role == RoleMembre.REFERENT else NOT_REFERENT


def why_not_invite(actor: Actor) -> str | None:
    """Why ``actor`` may not invite a consultant to write a fiche, or ``None``."""
    organisation = actor.organisation
    if organisation is None or not (organisation.is_dla or organisation.is_c2ra):
        return "Les prestataires sont invités par les DLA et les C2RA."
    return None if actor.membership.writes else "Votre rôle dans l’organisation est « lecture seule »."


def why_not_invite_to(actor: Actor, prestataire: Prestataire) -> str | None:
    """Why ``actor`` may not invite the référent of ``prestataire``, or ``None``.

    The organisation that took its fiche over does, and the C2RA of its région.
    """
    refusal = why_not_invite(actor)
    if refusal:
        return refusal
    took_over = Prestataire.objects.filter(pk=prestataire.pk, reprise__organisation=actor.organisation_id).exists()
    if took_over or is_c2ra_of(actor, prestataire.region):
        return None
    return "Le C2RA de la région et l’organisation qui a repris cette fiche invitent son référent."


def why_not_host(actor: Actor, prestataire: Prestataire) -> str | None:
    """Why ``actor`` may not answer who asks to join ``prestataire``, that nobody holds yet, or ``None``.

    The C2RA of its région does, and the organisation that took its fiche over; from the first référent on, they alone.
    """
    if Membre.objects.active().filter(prestataire=prestataire).exists():
        return NOT_REFERENT
    refusal = why_not_invite(actor)
    if refusal or not why_not_invite_to(actor, prestataire):
        return refusal
    return f"Le C2RA de la région {prestataire.region} répond à cette demande."
