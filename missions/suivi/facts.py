"""Facts of the fiches de suivi, as SQL annotations of ``Ingenierie``, and how the démarche reads them."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from core import clock
from core.formats import plural
from missions.conventions.enums import EtatConvention
from missions.suivi.models import EtapeSuivi
from projects.enums import OPEN_STATES
from projects.evidence import Evidence
from projects.facts import count_of, first_of

_INGENIERIE = "fiche__convention__ingenierie"


def _rows():
    return EtapeSuivi.objects.filter(fiche__convention__choix__retire_at__isnull=True).order_by()


def _awaited():
    running = _rows().filter(
        fiche__convention__state=EtatConvention.SIGNEE, fiche__convention__ingenierie__state__in=OPEN_STATES
    )
    return running.filter(rendue_le=None, prevu_fin__isnull=False).order_by("prevu_fin")


def etapes() -> dict[str, Any]:
    """How many stages the missions of an ingénierie have, how many were returned, when the next one is awaited."""
    return {
        "suivi_etapes": count_of(_rows(), _INGENIERIE),
        "suivi_rendues": count_of(_rows().filter(rendue_le__isnull=False), _INGENIERIE),
        # The earliest day awaited: what is late depends on the day, which no annotation does.
        "suivi_attendue": first_of(_awaited(), "prevu_fin", _INGENIERIE),
    }


def badge(values: Any) -> str:
    """« en retard », « 3 sur 5 », or empty; ``values`` as attributes."""
    if values.suivi_attendue is not None and values.suivi_attendue < clock.today():
        return "en retard"
    return f"{values.suivi_rendues} sur {values.suivi_etapes}" if values.suivi_etapes else ""


def evidence(values: dict[str, Any], ingenierie: Any) -> Evidence | None:
    """The stages that were returned."""
    if not values["suivi_rendues"]:
        return None
    text = f"{plural(values['suivi_rendues'], 'étape rendue', 'étapes rendues')} sur {values['suivi_etapes']}"
    return Evidence(text, reverse("missions:missions", args=[ingenierie.pk]))
