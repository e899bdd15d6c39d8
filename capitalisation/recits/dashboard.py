"""What the récits put among what waits for a person: the contributions handed in, to be taken up."""

from __future__ import annotations

from django.urls import reverse

from capitalisation.recits.enums import EtatContribution
from capitalisation.recits.models import Contribution
from capitalisation.transfert.echeances import ETAPES
from core.actor import Actor
from core.formats import format_date
from projects.dashboard import LIMIT, TODOS, Todo, carried


def contributions(actor: Actor) -> list[Todo]:
    """Of the ingénieries the actor carries, closed ones too: one query."""
    path = "recit__ingenierie__"
    rows = Contribution.objects.filter(
        **{**carried(actor, path), f"{path}state__in": ETAPES}, etat=EtatContribution.RENDUE
    ).order_by("rendue_le", "pk")
    return [
        Todo(
            row["recit__titre"],
            f"Contribution à reprendre, rendue le {format_date(row['rendue_le'])} : {row['organisme'] or row['nom']}.",
            reverse(
                "capitalisation:recit_contribution", args=[row["recit__ingenierie_id"], row["recit_id"], row["pk"]]
            ),
        )
        for row in rows.values(
            "pk", "recit_id", "recit__titre", "recit__ingenierie_id", "rendue_le", "organisme", "nom"
        )[:LIMIT]
    ]


def register() -> None:
    """Called once by :func:`capitalisation.recits.providers.register`."""
    TODOS.register("contributions", contributions, order=30)
