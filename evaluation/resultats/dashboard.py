"""What the follow-ups put among what waits for a person: those whose day has come."""

from __future__ import annotations

from django.urls import reverse

from core import clock
from core.actor import Actor
from core.formats import format_date
from evaluation.resultats.models import SuiviPrevu
from evaluation.resultats.services.suivi import ETAPES
from projects.dashboard import LIMIT, TODOS, Todo, carried


def suivis(actor: Actor) -> list[Todo]:
    """Of the ingénieries the actor carries, closed ones too: one query."""
    mine = {**carried(actor, "ingenierie__"), "ingenierie__state__in": ETAPES}
    rows = SuiviPrevu.objects.filter(questionnaire=None, le__lte=clock.today(), **mine).order_by("le", "pk")
    return [
        Todo(
            row["ingenierie__titre"],
            f"Le suivi à {row['mois']} mois, prévu le {format_date(row['le'])}, reste à ouvrir.",
            reverse("evaluation:resultats", args=[row["ingenierie_id"]]) + "#suivi",
            row["le"],
        )
        for row in rows.values("mois", "le", "ingenierie_id", "ingenierie__titre")[:LIMIT]
    ]


def register() -> None:
    """Called once by :func:`evaluation.resultats.providers.register`."""
    TODOS.register("suivis", suivis, order=28)
