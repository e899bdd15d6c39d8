"""The sessions of the comité d'appui in the échéancier."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from core.actor import Actor
from core.echeances import ECHEANCES, Echeance, EcheanceSource, Window
from engagement.comite.enums import EtatSeance
from engagement.comite.models import SeanceComite


def _seances(actor: Actor, window: Window) -> Iterator[Echeance]:
    """The sessions of the actor's own DLA: all of them, or those that have the ingénierie on their agenda."""
    found = SeanceComite.objects.visible_to(actor).exclude(state=EtatSeance.ANNULEE)
    if window.ingenierie is not None:
        found = found.filter(points__ingenierie=window.ingenierie)
    found = found.filter(debut__date__range=(window.since, window.until)).select_related("organisation")
    for seance in found.order_by("debut", "pk"):
        yield Echeance(
            f"seance-{seance.pk}",
            "Séance du comité d’appui",
            seance.organisation.name,
            reverse("comite:seance", args=[seance.pk]),
            seance.debut,
            until=seance.fin,
            fuseau=seance.fuseau,
            place=seance.lieu,
            done=seance.state in (EtatSeance.TENUE, EtatSeance.CLOSE),
        )


def register() -> None:
    """Called once by :func:`engagement.comite.providers.register`."""
    ECHEANCES.register("seances", EcheanceSource("Séances du comité d’appui", _seances), order=26)
