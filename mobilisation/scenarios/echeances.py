"""The sessions of the scenario kept, in the échéancier."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.urls import reverse
from django.utils import timezone

from core.actor import Actor
from core.echeances import ECHEANCES, Echeance, EcheanceSource, Window
from mobilisation.scenarios.models import DateScenario
from projects.echeances import concerned


def _at(day: dt.date, hour: dt.time) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, hour))


def _sessions(actor: Actor, window: Window) -> Iterator[Echeance]:
    rows = DateScenario.objects.filter(
        scenario__retenu=True,
        scenario__ingenierie__in=concerned(actor, window).values("pk"),
        date__range=(window.since, window.until),
    ).select_related("scenario__ingenierie")
    for row in rows.order_by("date", "heure_debut", "pk"):
        ingenierie = row.scenario.ingenierie
        yield Echeance(
            f"seance-scenario-{row.pk}",
            f"Séance : {row.objet}" if row.objet else "Séance avec les structures",
            ingenierie.titre,
            reverse("mobilisation:projet", args=[ingenierie.pk]) + "#t-scenarios",
            _at(row.date, row.heure_debut) if row.heure_debut else row.date,
            until=_at(row.date, row.heure_fin) if row.heure_debut and row.heure_fin else None,
            place=row.lieu or row.scenario.lieu[:200],
        )


def register() -> None:
    """Called once by :func:`mobilisation.scenarios.providers.register`."""
    ECHEANCES.register("seances_scenario", EcheanceSource("Séances du scénario retenu", _sessions), order=55)
