"""The dates of the budget in the échéancier."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from core.actor import Actor
from core.echeances import ECHEANCES, Echeance, EcheanceSource, Window
from engagement.budget.models import LigneRessource
from projects.echeances import concerned


def _decisions(actor: Actor, window: Window) -> Iterator[Echeance]:
    found = LigneRessource.objects.filter(
        ingenierie__in=concerned(actor, window).values("pk"), date_decision__range=(window.since, window.until)
    ).select_related("ingenierie", "partenaire__partenaire")
    for line in found.order_by("date_decision", "pk"):
        yield Echeance(
            f"decision-{line.pk}",
            f"Décision de financement : {line.nom}",
            line.ingenierie.titre,
            reverse("engagement:budget", args=[line.ingenierie_id]),
            line.date_decision,
            done=line.obtenu is not None,
        )


def register() -> None:
    """Called once by :func:`engagement.budget.providers.register`."""
    ECHEANCES.register("decisions", EcheanceSource("Décisions des financeurs", _decisions), order=40)
