"""What the budget puts among what waits for a person."""

from __future__ import annotations

from decimal import Decimal

from django.db.models import DecimalField, ExpressionWrapper, F, Q
from django.db.models.functions import Abs
from django.urls import reverse

from core.actor import Actor
from engagement.budget import facts
from projects.dashboard import LIMIT, TODOS, Todo, carried_by
from projects.enums import Etat

#: Steps at which a budget is expected to balance: before, it is only being thought of.
_COUNTED = (Etat.ENGAGER, Etat.CONFIRMER, Etat.FINALISER)
_HALF_A_CENT = Decimal("0.005")


def unbalanced(actor: Actor) -> list[Todo]:
    """Ingénieries the actor carries whose budget is begun and does not balance, widest gap first."""
    gap = ExpressionWrapper(Abs(F("eng_ressources") - F("eng_charges")), DecimalField(max_digits=15, decimal_places=3))
    rows = (
        carried_by(actor)
        .filter(state__in=_COUNTED)
        .annotate(**facts.budget())
        .annotate(ecart=gap)
        # SQLite subtracts in floating point: less than half a cent is no difference.
        .filter(Q(ecart__gte=_HALF_A_CENT) | Q(eng_meles__gt=0))
        .order_by("-ecart", "pk")
        .values("pk", "titre", "eng_charges", "eng_ressources", "eng_meles")[:LIMIT]
    )
    return [
        Todo(
            title=row["titre"],
            detail=f"Budget à équilibrer. {facts.balance_of(row).phrase}",
            url=reverse("engagement:budget", args=[row["pk"]]),
        )
        for row in rows
    ]


def register() -> None:
    """Called once by :func:`engagement.budget.providers.register`."""
    TODOS.register("budget", unbalanced, order=40)
