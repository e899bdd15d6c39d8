"""What the récits put among what waits for a person: the ingénieries closed without their fiche expérience, the
contributions handed in."""

from __future__ import annotations

import datetime as dt

from django.db.models import Exists, OuterRef
from django.urls import reverse

from capitalisation.recits.enums import EtatContribution, EtatRecit, Genre
from capitalisation.recits.models import Contribution, Recit
from capitalisation.transfert.echeances import ETAPES
from capitalisation.transfert.enums import Suite
from core import clock
from core.actor import Actor
from core.formats import format_date
from projects.dashboard import LIMIT, TODOS, Todo, carried
from projects.enums import Cycle, Etat
from projects.ingenierie.models import Ingenierie

#: What was closed earlier is not asked for any more.
DEPUIS = dt.timedelta(days=365)


def sans_fiche(actor: Actor) -> list[Todo]:
    """Of the collective ingénieries that the actor carried, closed for a year at most, those of which nothing is told;
    not those of which it was decided that nothing is to be transferred. One query."""
    fiches = Recit.objects.filter(ingenierie=OuterRef("pk"), genre=Genre.FICHE_EXPERIENCE)
    rows = (
        Ingenierie.objects.filter(
            **{**carried(actor), "state__in": [Etat.CLOTURE]},
            cycle=Cycle.COLLECTIVE,
            state_since__gte=clock.now() - DEPUIS,
        )
        .filter(~Exists(fiches.filter(state=EtatRecit.ARRETE)))
        .exclude(plan_transfert__suite=Suite.RIEN)
        .annotate(commencee=Exists(fiches))
        .order_by("state_since", "pk")
    )
    return [
        Todo(
            titre,
            "Close, sa fiche expérience reste à arrêter."
            if begun
            else "Close, sans fiche expérience : le dossier en connaît déjà l’essentiel.",
            reverse("capitalisation:recits", args=[pk]),
        )
        for pk, titre, begun in rows.values_list("pk", "titre", "commencee")[:LIMIT]
    ]


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
    TODOS.register("recits", sans_fiche, order=30)
    TODOS.register("contributions", contributions, order=31)
