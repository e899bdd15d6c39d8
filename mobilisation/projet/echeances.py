"""The beginning and the end of the interventions in the échéancier."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from core.actor import Actor
from core.echeances import ECHEANCES, Echeance, EcheanceSource, Window
from mobilisation.projet.models import ProjetIntervention
from projects.echeances import concerned


def _dates(field: str, title: str, key: str):
    def find(actor: Actor, window: Window) -> Iterator[Echeance]:
        found = ProjetIntervention.objects.filter(
            ingenierie__in=concerned(actor, window).values("pk"), **{f"{field}__range": (window.since, window.until)}
        )
        for pk, titre, when in found.order_by(field, "pk").values_list("ingenierie_id", "ingenierie__titre", field):
            yield Echeance(f"{key}-{pk}", title, titre, reverse("mobilisation:projet", args=[pk]), when)

    return find


def register() -> None:
    """Called once by :func:`mobilisation.projet.providers.register`."""
    begins = _dates("date_debut", "Début de l’intervention", "debut-intervention")
    ends = _dates("date_fin", "Fin de l’intervention", "fin-intervention")
    ECHEANCES.register("debut_intervention", EcheanceSource("Débuts d’intervention", begins), order=54)
    ECHEANCES.register("fin_intervention", EcheanceSource("Fins d’intervention", ends), order=56)
