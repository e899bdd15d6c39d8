"""What waits for somebody about the final reports: to read for who carries the ingénierie, to write for the
prestataire."""

from __future__ import annotations

import datetime as dt

from django.urls import reverse

from core import clock
from core.actor import Actor
from core.formats import format_date
from core.text import shortened
from missions.conventions.facts import fin_dite
from missions.conventions.models import Convention
from missions.rapports.enums import RECUS, EtatRapport
from missions.rapports.models import RapportFinal
from partners.portfolio.espace.registry import ATTENTES, Attente
from partners.portfolio.prestataire.models import Prestataire
from projects.dashboard import LIMIT, TODOS, Todo, carried
from projects.enums import OPEN_STATES

#: The prestataire is told of its report so long before the end of the mission.
AVANT = dt.timedelta(days=21)


def a_lire(actor: Actor) -> list[Todo]:
    """The reports handed over in the ingénieries the actor carries, to accept or to send back. One query."""
    rows = (
        RapportFinal.objects.filter(
            state=EtatRapport.REMIS,
            convention__choix__retire_at__isnull=True,
            **carried(actor, "convention__ingenierie__"),
        )
        .order_by("remis_le", "pk")
        .values(
            "remis_le", "convention_id", "convention__ingenierie_id", "convention__ingenierie__titre",
            "convention__choix__prestataire__name",
        )
    )  # fmt: skip
    return [
        Todo(
            row["convention__ingenierie__titre"],
            f"{row['convention__choix__prestataire__name']} a remis son rapport final le "
            f"{format_date(row['remis_le'])} : à accepter, ou à faire compléter.",
            reverse("missions:rapport", args=[row["convention__ingenierie_id"], row["convention_id"]]),
        )
        for row in rows[:LIMIT]
    ]


def attendus(prestataire: Prestataire, actor: Actor) -> list[Attente]:
    """The reports that the prestataire has to write, near the end of the mission, or to complete. One query."""
    rows = (
        Convention.objects.for_prestataire(actor)
        .standing()
        .filter(choix__prestataire=prestataire, ingenierie__state__in=OPEN_STATES)
        .exclude(rapport__state__in=RECUS)
        .annotate(fin_dite=fin_dite())
        .order_by("fin_dite", "pk")
        .values("pk", "ingenierie__titre", "fin_dite", "rapport__state", "rapport__a_completer")
    )
    told = []
    for row in rows:
        url = reverse("mission:rapport", args=[row["pk"]])
        fin = row["fin_dite"]
        if row["rapport__state"] == EtatRapport.A_COMPLETER:
            detail = f"Le rapport final est à compléter : {shortened(row['rapport__a_completer'])}"
            told.append(Attente(row["ingenierie__titre"], detail, url))
        elif fin is not None and fin - AVANT <= clock.today():
            word = "s’est terminée" if fin < clock.today() else "se termine"
            detail = f"La mission {word} le {format_date(fin)} : le rapport final est à remettre."
            told.append(Attente(row["ingenierie__titre"], detail, url))
    return told


def register() -> None:
    """Called once by :func:`missions.rapports.providers.register`."""
    TODOS.register("rapports", a_lire, order=24)
    ATTENTES.register("rapports", attendus)
