"""What the plans of transfer put among what waits for a person: the transfers whose day has come."""

from __future__ import annotations

from django.urls import reverse

from capitalisation.transfert.echeances import ETAPES
from capitalisation.transfert.enums import EtatPlan
from capitalisation.transfert.models import LigneTransfert
from core import clock
from core.actor import Actor
from core.formats import format_date
from projects.dashboard import LIMIT, TODOS, Todo, carried


def transferts(actor: Actor) -> list[Todo]:
    """Of the ingénieries the actor carries, closed ones too: one query."""
    today = clock.today()
    path = "plan__ingenierie__"
    rows = LigneTransfert.objects.filter(
        **{**carried(actor, path), f"{path}state__in": ETAPES},
        plan__state=EtatPlan.DECIDE,
        fait_le=None,
        sans_suite="",
        prevu_le__lte=today,
    ).order_by("prevu_le", "pk")
    return [
        Todo(
            row[f"{path}titre"],
            f"Transfert à faire pour le {format_date(row['prevu_le'])} : {row['quoi']}.",
            reverse("capitalisation:transfert", args=[row["plan__ingenierie_id"]]) + "#lignes",
            date=row["prevu_le"],
            late=row["prevu_le"] < today,
        )
        for row in rows.values("quoi", "prevu_le", "plan__ingenierie_id", f"{path}titre")[:LIMIT]
    ]


def register() -> None:
    """Called once by :func:`capitalisation.transfert.providers.register`."""
    TODOS.register("transferts", transferts, order=29)
