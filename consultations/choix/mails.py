"""What the mails about the decision and the retained project say, from ids, when they are sent."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from consultations.choix.models import ChoixPrestataire, Restitution
from consultations.choix.projet import derniere, why_frozen
from consultations.propositions.documents import titre_de
from core.outbox import mail_context


@mail_context("consultations/restitution")
def restitution(ids: dict[str, Any]) -> dict[str, Any] | None:
    """A candidate is told of its own proposition; nothing to say when the choice was taken back before it left."""
    row = (
        Restitution.objects.select_related(
            "choix__ingenierie__pilote", "invitation__prestataire", "invitation__appel__version_diffusee"
        )
        .filter(pk=ids["restitution"])
        .first()
    )
    if row is None or row.choix.retire_at is not None:
        return None
    pilote = row.choix.ingenierie.pilote
    return {
        "titre": titre_de(row.invitation.appel),
        "pilote": str(pilote),
        "prestataire": str(row.invitation.prestataire),
        "texte": row.texte,
        "url": reverse("projet:restitution", args=[row.invitation_id]),
        "reply_to": pilote.email or None,
    }


@mail_context("consultations/projet")
def project(ids: dict[str, Any]) -> dict[str, Any] | None:
    """The people of the retained prestataire: the project moved; nothing to say once it is validated, or frozen."""
    choix = ChoixPrestataire.objects.select_related("ingenierie__pilote", "prestataire").filter(pk=ids["choix"]).first()
    if choix is None or why_frozen(choix) or choix.projet_id is not None:
        return None
    last = derniere(choix)
    return {
        "titre": choix.ingenierie.titre,
        "pilote": str(choix.ingenierie.pilote),
        "prestataire": str(choix.prestataire),
        "numero": last.numero if last else 0,
        "url": reverse("projet:projet", args=[choix.pk]),
    }
