"""What the mails about partners say, from ids, when they are sent."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from core.outbox import mail_context
from engagement.partenaires.models import ReponsePartenaire


@mail_context("engagement/reponse_partenaire")
def answer_received(ids: dict[str, Any]) -> dict[str, Any] | None:
    """A partner answered; nothing to say once its answer was taken up, or if the partner was taken out."""
    answer = (
        ReponsePartenaire.objects.to_treat()
        .select_related("partenaire_projet__partenaire", "partenaire_projet__ingenierie")
        .filter(pk=ids["reponse"])
        .first()
    )
    if answer is None:
        return None
    row = answer.partenaire_projet
    return {
        "partenaire": str(row.partenaire),
        "titre": row.ingenierie.titre,
        "who": answer.repondant,
        "url": reverse("engagement:reponse", args=[row.ingenierie_id, row.pk, answer.pk]),
    }
