"""What the partners put among what waits for a person."""

from __future__ import annotations

from django.urls import reverse

from core.actor import Actor
from core.formats import format_date
from engagement.partenaires.models import ReponsePartenaire
from projects.dashboard import LIMIT, TODOS, Todo, carried


def answers(actor: Actor) -> list[Todo]:
    """Answers of partners that nobody has taken up yet in the ingénieries the actor carries, oldest first."""
    rows = (
        ReponsePartenaire.objects.to_treat()
        .filter(**carried(actor, "partenaire_projet__ingenierie__"))
        .order_by("sent_at", "pk")
        .values(
            "pk",
            "sent_at",
            "partenaire_projet_id",
            "partenaire_projet__partenaire__name",
            "partenaire_projet__ingenierie_id",
            "partenaire_projet__ingenierie__titre",
        )
    )
    return [
        Todo(
            title=row["partenaire_projet__ingenierie__titre"],
            detail=f"{row['partenaire_projet__partenaire__name']} a répondu le {format_date(row['sent_at'])} : "
            "sa réponse est à reprendre.",
            url=reverse(
                "engagement:reponse",
                args=[row["partenaire_projet__ingenierie_id"], row["partenaire_projet_id"], row["pk"]],
            ),
        )
        for row in rows[:LIMIT]
    ]


def register() -> None:
    """Called once by :func:`engagement.partenaires.providers.register`."""
    TODOS.register("reponses_partenaires", answers, order=35)
