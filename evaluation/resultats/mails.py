"""What the mails about follow-ups say, from ids, when they are sent."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from core.formats import format_date
from core.outbox import mail_context
from evaluation.resultats.models import SuiviPrevu
from evaluation.resultats.services.suivi import ETAPES, MAIL


@mail_context(MAIL)
def to_open(ids: dict[str, Any]) -> dict[str, Any] | None:
    """The day of a follow-up has come; nothing once it is open, put off or taken away."""
    row = (
        SuiviPrevu.objects.select_related("ingenierie")
        .filter(pk=ids["suivi"], questionnaire=None, le=ids["le"], ingenierie__state__in=ETAPES)
        .first()
    )
    if row is None:
        return None
    return {
        "titre": row.ingenierie.titre,
        "mois": row.mois,
        "le": format_date(row.le),
        "url": reverse("evaluation:resultats", args=[row.ingenierie_id]),
    }
