"""What the dossier shows of « Négocier et valider toute modification »: the requests that were decided."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from core.formats import plural
from missions.modifications.enums import EtatDemande
from missions.modifications.models import DemandeModification
from projects.evidence import Evidence
from projects.facts import count_of


def demandes() -> dict[str, Any]:
    """How many requests of an ingénierie were accepted or refused."""
    rows = DemandeModification.objects.filter(
        state__in=(EtatDemande.ACCEPTEE, EtatDemande.REFUSEE), convention__choix__retire_at__isnull=True
    )
    return {"modifications_decidees": count_of(rows, "convention__ingenierie")}


def evidence(values: dict[str, Any], ingenierie: Any) -> Evidence | None:
    count = values["modifications_decidees"]
    if not count:
        return None
    told = plural(count, "modification décidée", "modifications décidées")
    return Evidence(told, reverse("missions:missions", args=[ingenierie.pk]))
