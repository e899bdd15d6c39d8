"""What the syntheses put among what waits for a person: reactions came to a shared one, its date is near."""

from __future__ import annotations

import datetime as dt

from django.db.models import Count, Q
from django.urls import reverse

from core import clock
from core.actor import Actor
from core.formats import format_date, plural
from evaluation.synthese.enums import EtatSynthese
from evaluation.synthese.models import Synthese
from projects.dashboard import LIMIT, TODOS, Todo, carried

#: So many days before its date, a synthesis that is not fixed waits for somebody.
SOON = dt.timedelta(days=14)


def syntheses(actor: Actor) -> list[Todo]:
    """Of the ingénieries the actor carries: those not fixed whose date is near or past, or that received reactions."""
    today = clock.today()
    rows = (
        Synthese.objects.exclude(state=EtatSynthese.ARRETEE)
        .filter(**carried(actor, "ingenierie__"))
        .annotate(reactions=Count("destinataires", filter=Q(destinataires__par_lien=True)))
        .filter(Q(echeance__lte=today + SOON) | Q(state=EtatSynthese.PARTAGEE, reactions__gt=0))
        .order_by("echeance", "pk")
        .values("ingenierie_id", "ingenierie__titre", "echeance", "state", "reactions")
    )
    return [_todo(row, today) for row in rows[:LIMIT]]


def _todo(row, today: dt.date) -> Todo:
    due = row["echeance"]
    if row["reactions"] and row["state"] == EtatSynthese.PARTAGEE:
        detail = (
            f"{plural(row['reactions'], 'réaction reçue', 'réactions reçues')} sur la synthèse de l’évaluation : "
            "reprenez le texte, puis arrêtez-la."
        )
    else:
        detail = f"La synthèse de l’évaluation est à arrêter pour le {format_date(due)}."
    return Todo(
        row["ingenierie__titre"],
        detail,
        reverse("evaluation:synthese", args=[row["ingenierie_id"]]),
        date=due,
        late=due is not None and due < today,
    )


def register() -> None:
    """Called once by :func:`evaluation.synthese.providers.register`."""
    TODOS.register("syntheses", syntheses, order=28)
