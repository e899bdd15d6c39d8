"""What is measured. Add a line for a page that matters: ``path`` gets a :class:`bench.dataset.Visit`."""

from __future__ import annotations

from django.urls import reverse

from bench import portefeuille
from bench.dataset import NAMES, Visit
from bench.measuring import Measure


def _searched(visit: Visit) -> str:
    return f"{reverse('structures:liste')}?q={NAMES[visit.number % 5].lower()}&secteur=sport"


MEASURES: list[Measure] = [
    Measure("Accueil", "objet", lambda v: reverse("portal:accueil")),
    Measure("Ingénieries (25 lignes)", "liste", lambda v: reverse("projects:list")),
    Measure("Structures (25 lignes)", "liste", lambda v: reverse("structures:liste")),
    Measure("Structures cherchées", "liste", _searched),
    Measure("Ingénierie", "objet", lambda v: reverse("projects:detail", args=[v.ingenierie])),
    Measure("Démarche (46 actions)", "objet", lambda v: reverse("projects:demarche", args=[v.ingenierie])),
    # 3,000 prestataires beside 1,000 ingénieries, 30,000 beside 100,000.
    Measure(
        "Portefeuille (3 critères)",
        "objet",
        lambda v: reverse("recherche:recherche") + portefeuille.address(v.number),
    ),
]
