"""What the dossier says of the resources that an ingénierie uses."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from capitalisation.usages.models import Utilisation
from core.actor import Actor
from core.formats import plural
from projects.evidence import Evidence
from projects.facts import count_of
from projects.ingenierie.models import Ingenierie
from projects.papiers import Paper


def url(pk: int) -> str:
    return reverse("capitalisation:ressources", args=[pk])


def used() -> dict[str, Any]:
    return {"capi_ressources": count_of(Utilisation.objects.all(), "ingenierie")}


def evidence(values: dict[str, Any], ingenierie: Ingenierie) -> Evidence | None:
    """What the library gave, among the documentary sources."""
    count = values["capi_ressources"]
    if not count:
        return None
    said = plural(count, "ressource de la bibliothèque utilisée", "ressources de la bibliothèque utilisées")
    return Evidence(said, url(ingenierie.pk))


def resume(ingenierie: Ingenierie) -> str:
    """How many, for the head of the capitalisation."""
    count = Utilisation.objects.filter(ingenierie=ingenierie).count()
    return plural(count, "utilisée", "utilisées") if count else "aucune"


def paper(ingenierie: Ingenierie, actor: Actor) -> list[Paper]:
    """One line of « Documents »: one query."""
    count = Utilisation.objects.filter(ingenierie=ingenierie).count()
    if not count:
        return []
    said = plural(count, "ressource", "ressources")
    return [Paper("Ressources de la bibliothèque utilisées", "Capitalisation", url(ingenierie.pk), note=said)]
