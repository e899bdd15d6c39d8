"""What the mails about the reading say, from ids, when they are sent."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from consultations.lecture.models import Precision
from consultations.lecture.permissions import is_opened
from consultations.propositions.documents import titre_de
from core.outbox import mail_context


def _of(ids: dict[str, Any]) -> Precision | None:
    found = Precision.objects.select_related(
        "invitation__appel__ingenierie__pilote", "invitation__appel__version_diffusee", "invitation__prestataire"
    )
    return found.filter(pk=ids["precision"]).first()


@mail_context("consultations/precision")
def asked(ids: dict[str, Any]) -> dict[str, Any] | None:
    """A candidate is asked to make its proposition clear; nothing to say once it answered, or once it is decided."""
    row = _of(ids)
    if row is None or row.repondu_at or not is_opened(row.invitation.appel):
        return None
    pilote = row.invitation.appel.ingenierie.pilote
    return {
        "titre": titre_de(row.invitation.appel),
        "pilote": str(pilote),
        "prestataire": str(row.invitation.prestataire),
        "famille": row.get_famille_display(),
        "question": row.question,
        "url": reverse("lecture:precision", args=[row.invitation_id, row.pk]),
        "reply_to": pilote.email or None,
    }


@mail_context("consultations/precision_reponse")
def answered(ids: dict[str, Any]) -> dict[str, Any] | None:
    """Who asked is told that the candidate answered; nothing to say once the call is decided."""
    row = _of(ids)
    if row is None or not row.repondu_at or not is_opened(row.invitation.appel):
        return None
    appel = row.invitation.appel
    return {
        "titre": appel.ingenierie.titre,
        "prestataire": str(row.invitation.prestataire),
        "famille": row.get_famille_display(),
        "url": reverse("consultations:lecture", args=[appel.ingenierie_id, appel.pk]) + "#t-precisions",
    }
