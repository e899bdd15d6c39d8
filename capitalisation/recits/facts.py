"""Facts of the récits, as SQL annotations of ``Ingenierie``; how the démarche reads them."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from capitalisation.recits.enums import EtatRecit
from capitalisation.recits.models import Recit
from core.formats import plural
from projects.evidence import Evidence
from projects.facts import count_of
from projects.ingenierie.models import Ingenierie


def recits() -> dict[str, Any]:
    """How many are begun, how many « arrêtés »."""
    rows = Recit.objects.all()
    return {
        "recits_commences": count_of(rows, "ingenierie"),
        "recits_arretes": count_of(rows.filter(state=EtatRecit.ARRETE), "ingenierie"),
    }


def _evidence(text: str, ingenierie: Ingenierie) -> Evidence:
    return Evidence(text, reverse("capitalisation:recits", args=[ingenierie.pk]))


def nature(values: dict[str, Any], ingenierie: Ingenierie) -> Evidence | None:
    """What is kept is told in a récit."""
    count, done = values["recits_commences"], values["recits_arretes"]
    if not count:
        return None
    among = f", dont {plural(done, 'arrêté', 'arrêtés')}" if done else ""
    return _evidence(f"{plural(count, 'récit commencé', 'récits commencés')}{among}", ingenierie)


def modalites(values: dict[str, Any], ingenierie: Ingenierie) -> Evidence | None:
    """The support of the transfer is ready."""
    done = values["recits_arretes"]
    return _evidence(plural(done, "récit arrêté", "récits arrêtés"), ingenierie) if done else None
