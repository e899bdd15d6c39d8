"""When the intervention takes place: the one source that the cahier des charges, the presentation sheet and the
échéancier read."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.urls import reverse

from mobilisation.projet.models import ProjetIntervention
from mobilisation.scenarios.models import Scenario, periode_dite
from projects.ingenierie.models import Ingenierie

PROJET = "le projet d’intervention"
SCENARIO = "le scénario retenu"


@dataclass(frozen=True, slots=True)
class Periode:
    """First and last day, where they are told (« le projet d’intervention ») and where they are changed."""

    debut: dt.date | None
    fin: dt.date | None
    source: str
    url: str

    @property
    def dite(self) -> str:
        """« du 1er mars 2027 au 30 juin 2027 », or empty."""
        return periode_dite(self.debut, self.fin)

    @property
    def propre(self) -> bool:
        """Are they those of the intervention itself, rather than of the whole ingénierie?"""
        return self.source in (PROJET, SCENARIO)


def periode_of(ingenierie: Ingenierie) -> Periode:
    """That of the projet d'intervention; as long as it tells no date, that of the scenario kept. An ingénierie
    individuelle has neither, and one that tells no date there is read on its identity card: then the intervention is
    taken to last as long as the ingénierie. Two queries at most."""
    route = "projects:identite" if ingenierie.is_individuelle else "mobilisation:intervention"
    url = reverse(route, args=[ingenierie.pk])
    if not ingenierie.is_individuelle:
        found = ProjetIntervention.objects.filter(ingenierie=ingenierie.pk).values("date_debut", "date_fin").first()
        if found and (found["date_debut"] or found["date_fin"]):
            return Periode(found["date_debut"], found["date_fin"], PROJET, url)
        kept = Scenario.objects.filter(ingenierie=ingenierie.pk, retenu=True).first()
        if kept and (kept.date_debut or kept.date_fin):
            return Periode(
                kept.date_debut,
                kept.date_fin,
                SCENARIO,
                reverse("mobilisation:scenario", args=[ingenierie.pk, kept.pk]),
            )
    return Periode(ingenierie.date_debut, ingenierie.date_fin, "la carte d’identité de l’ingénierie", url)
