"""What the mails to who joins a prestataire say, from ids, when they are sent."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from core.outbox import mail_context
from partners.portfolio.prestataire.enums import EtatMembre
from partners.portfolio.prestataire.models import Membre


@mail_context("portfolio/demande")
def join_asked(ids: dict[str, Any]) -> dict[str, Any] | None:
    """Somebody asks to join; nothing once answered."""
    found = Membre.objects.select_related("user", "prestataire").filter(pk=ids["membre"]).first()
    if found is None or found.state != EtatMembre.DEMANDE:
        return None
    held = Membre.objects.active().filter(prestataire=found.prestataire_id).exists()
    return {
        "person": str(found.user),
        "email": found.user.email,
        "prestataire": str(found.prestataire),
        "held": held,
        "url": reverse("portfolio:equipe" if held else "portfolio:reprise", args=[found.prestataire_id]),
    }


@mail_context("portfolio/reponse")
def join_answered(ids: dict[str, Any]) -> dict[str, Any] | None:
    """The answer to who asked to join."""
    found = Membre.objects.select_related("prestataire").filter(pk=ids["membre"]).first()
    if found is None or found.state == EtatMembre.DEMANDE:
        return None
    accepted = found.state == EtatMembre.ACTIF
    return {
        "accepted": accepted,
        "prestataire": str(found.prestataire),
        "url": reverse("portfolio:espace_prestataire", args=[found.prestataire_id])
        if accepted
        else reverse("portfolio:espace"),
    }
