"""The beginning and the end of the interventions in the échéancier."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Exists, OuterRef
from django.urls import reverse

from core.actor import Actor
from core.echeances import ECHEANCES, Echeance, EcheanceSource, Window
from mobilisation.projet.models import ProjetIntervention
from mobilisation.scenarios.models import Scenario
from projects.echeances import concerned
from projects.ingenierie import mobilisation


def _dates(field: str, title: str, key: str):
    asked = tuple(f"ingenierie__{name}" for name in mobilisation.FIELDS)

    def find(actor: Actor, window: Window) -> Iterator[Echeance]:
        within, mine = (window.since, window.until), concerned(actor, window).values("pk")
        typed = ProjetIntervention.objects.filter(ingenierie__in=mine, **{f"{field}__range": within})
        # A projet that tells one date is read for both: the scenario kept then says nothing.
        telling = ProjetIntervention.objects.filter(ingenierie=OuterRef("ingenierie")).exclude(
            date_debut__isnull=True, date_fin__isnull=True
        )
        kept = Scenario.objects.filter(
            ~Exists(telling), ingenierie__in=mine, retenu=True, **{f"{field}__range": within}
        )
        columns = ("ingenierie_id", "ingenierie__titre", field, *asked)
        for row in [*typed.order_by(field, "pk").values(*columns), *kept.order_by(field, "pk").values(*columns)]:
            pk = row["ingenierie_id"]
            figures = mobilisation.Mobilisation.of({name: row[f"ingenierie__{name}"] for name in mobilisation.FIELDS})
            told = f"{row['ingenierie__titre']} ({figures.courte})" if figures.reperees else row["ingenierie__titre"]
            yield Echeance(f"{key}-{pk}", title, told, reverse("mobilisation:projet", args=[pk]), row[field])

    return find


def register() -> None:
    """Called once by :func:`mobilisation.projet.providers.register`."""
    begins = _dates("date_debut", "Début de l’intervention", "debut-intervention")
    ends = _dates("date_fin", "Fin de l’intervention", "fin-intervention")
    ECHEANCES.register("debut_intervention", EcheanceSource("Débuts d’intervention", begins), order=54)
    ECHEANCES.register("fin_intervention", EcheanceSource("Fins d’intervention", ends), order=56)
