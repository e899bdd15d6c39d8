"""What is measured. Add a line for a page that matters.

The data come from ``bench/dataset.py``, which offers:

- ``fill(size: int, say: Callable[[str], None]) -> None``: fill an empty, migrated database (reference lists and
  methodology loaded) with ``size`` ingénieries;
- ``sample() -> Sample``: an object whose attributes the addresses below are built from, at least ``user`` (a chargé de
  mission whose DLA pilots ingénieries) and ``project`` (one of them).
"""

from __future__ import annotations

from django.urls import reverse

from bench import portefeuille
from bench.measuring import Measure

MEASURES: list[Measure] = [
    Measure("Accueil", "objet", lambda s: reverse("portal:accueil")),
    Measure("Ingénieries (25 lignes)", "liste", lambda s: reverse("projects:list")),
    Measure("Structures (25 lignes)", "liste", lambda s: reverse("structures:liste")),
    Measure("Structures cherchées", "liste", lambda s: reverse("structures:liste") + "?q=club&secteur=sport"),
    Measure("Ingénierie", "objet", lambda s: reverse("projects:detail", args=[s.project.pk])),
    Measure("Démarche (46 actions)", "objet", lambda s: reverse("projects:demarche", args=[s.project.pk])),
    # 3,000 prestataires beside 1,000 ingénieries, 30,000 beside 100,000.
    Measure("Portefeuille (3 critères)", "objet", lambda s: reverse("recherche:recherche") + portefeuille.address()),
]
