"""What the mail about the answer of a prestataire-partenaire says, from ids, when it is sent."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from core.outbox import mail_context
from mobilisation.prestataires.models import DemandePrestataire


@mail_context("mobilisation/avis_prestataire")
def answer_received(ids: dict[str, Any]) -> dict[str, Any] | None:
    """A prestataire-partenaire answered; nothing to say once the ingénierie is ended."""
    rows = DemandePrestataire.objects.answered().select_related(
        "partenaire_projet__prestataire", "partenaire_projet__ingenierie"
    )
    demande = rows.filter(pk=ids["demande"]).first()
    if demande is None or not demande.ingenierie.is_open:
        return None
    return {
        "prestataire": str(demande.prestataire),
        "moment": demande.get_moment_display(),
        "titre": demande.ingenierie.titre,
        "url": reverse("mobilisation:demande", args=[demande.ingenierie.pk, demande.pk]),
    }
