"""What the mail about a consent taken back says, from ids, when it is sent."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from capitalisation.consentements.enums import EtatConsentement
from capitalisation.consentements.models import Consentement
from capitalisation.consentements.services import MAIL_RETIRE
from core.formats import format_date
from core.outbox import mail_context


@mail_context(MAIL_RETIRE)
def taken_back(ids: dict[str, Any]) -> dict[str, Any] | None:
    """A structure, or somebody, does not want to be named any more; nothing once it was given again or forgotten."""
    row = (
        Consentement.objects.select_related("structure__structure", "structure__ingenierie")
        .filter(pk=ids["consentement"], etat=EtatConsentement.RETIRE)
        .first()
    )
    if row is None:
        return None
    return {
        "qui": str(row),
        "titre": row.structure.ingenierie.titre,
        "le": format_date(row.le),
        "url": reverse("capitalisation:consentements", args=[row.structure.ingenierie_id]),
    }
