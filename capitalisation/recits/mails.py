"""What the mail about a contribution handed in says, from ids, when it is sent."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from capitalisation.recits.enums import EtatContribution
from capitalisation.recits.models import Contribution
from capitalisation.recits.services.contributions import MAIL_RENDUE
from core.formats import format_date
from core.outbox import mail_context


@mail_context(MAIL_RENDUE)
def handed_in(ids: dict[str, Any]) -> dict[str, Any] | None:
    """Somebody handed in a part of a récit; nothing once it was taken up or set aside."""
    row = (
        Contribution.objects.select_related("recit__ingenierie")
        .filter(pk=ids["contribution"], etat=EtatContribution.RENDUE)
        .first()
    )
    if row is None:
        return None
    return {
        "qui": row.organisme or row.nom,
        "recit": row.recit.titre,
        "le": format_date(row.rendue_le),
        "url": reverse("capitalisation:recit_contribution", args=[row.recit.ingenierie_id, row.recit_id, row.pk]),
    }
