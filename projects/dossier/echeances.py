"""The beginning and the end of the ingénieries in the échéancier."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from core.actor import Actor
from core.echeances import ECHEANCES, Echeance, EcheanceSource, Window
from projects.echeances import concerned
from projects.enums import OPEN_STATES


def _dates(field: str, title: str, key: str):
    def find(actor: Actor, window: Window) -> Iterator[Echeance]:
        found = concerned(actor, window).filter(**{f"{field}__range": (window.since, window.until)})
        for pk, titre, state, when in found.order_by(field, "pk").values_list("pk", "titre", "state", field):
            url = reverse("projects:detail", args=[pk])
            yield Echeance(f"{key}-{pk}", title, titre, url, when, done=state not in OPEN_STATES)

    return find


def register() -> None:
    """Called once by :func:`projects.dossier.providers.register`."""
    ECHEANCES.register(
        "debut", EcheanceSource("Débuts d’ingénierie", _dates("date_debut", "Début prévu", "debut")), order=10
    )
    ECHEANCES.register("fin", EcheanceSource("Fins d’ingénierie", _dates("date_fin", "Fin prévue", "fin")), order=20)
