"""What the mails about what is kept say, from ids, when they are sent."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.urls import reverse

from core.formats import format_date
from core.outbox import mail_context
from partners.portfolio.donnees.conservation import erased_on, terms
from partners.portfolio.prestataire.models import Prestataire


@mail_context("portfolio/conservation")
def kept_no_longer(ids: dict[str, Any]) -> dict[str, Any] | None:
    """The fiche goes in a month; nothing once somebody used it, or when it was told again."""
    found = Prestataire.objects.filter(pk=ids["prestataire"], efface_le=None).first()
    told = dt.date.fromisoformat(ids["prevenu_le"])
    if found is None or found.prevenu_le != told:
        return None
    term = terms([found])[found.pk]
    if term.running or term.last >= told:
        return None
    return {
        "prestataire": str(found),
        "when": format_date(erased_on(found)),
        "months": settings.PERSONAL_DATA_MONTHS,
        "url": reverse("portfolio:espace_prestataire", args=[found.pk]),
    }
