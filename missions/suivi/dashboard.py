"""What a fiche de suivi puts among what waits for a person: the chargé de mission, then the prestataire."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from core import clock
from core.actor import Actor
from core.formats import format_date
from missions.conventions.enums import EtatConvention
from missions.mission.registry import ATTENDUS
from missions.suivi.models import EtapeSuivi
from partners.portfolio.espace.registry import ATTENTES, Attente
from partners.portfolio.prestataire.models import Prestataire
from projects.dashboard import LIMIT, TODOS, Todo, carried
from projects.enums import OPEN_STATES

#: From how long before its planned end a stage is told to its prestataire.
AHEAD = dt.timedelta(days=14)


#: How long a prestataire may keep the planned part before its chargé de mission reads that it waits.
PREVISIONS = dt.timedelta(days=15)


def retards(actor: Actor) -> list[Todo]:
    """Of the missions the actor carries: the late stages that the prestataire was reminded of in vain, and the planned
    parts that are not returned (without their dates, no stage is ever late). One query."""
    late = Q(signalee_le__isnull=False, prevu_fin__lt=clock.today())
    unplanned = Q(derniere=True, fiche__prevue_le=None, fiche__envoyee_le__lt=clock.now() - PREVISIONS)
    rows = (
        EtapeSuivi.objects.filter(
            late | unplanned,
            rendue_le=None,
            fiche__convention__state=EtatConvention.SIGNEE,
            fiche__convention__choix__retire_at__isnull=True,
            **carried(actor, "fiche__convention__ingenierie__"),
        )
        .order_by("prevu_fin", "pk")
        .values(
            "pk", "intitule", "prevu_fin", "derniere", "fiche__prevue_le", "fiche__envoyee_le", "fiche__convention",
            "fiche__convention__ingenierie", "fiche__convention__ingenierie__titre",
            "fiche__convention__choix__prestataire__name",
        )
    )  # fmt: skip
    return [_late(row) for row in rows[:LIMIT]]


def _late(row: dict[str, Any]) -> Todo:
    who, day = row["fiche__convention__choix__prestataire__name"], row["prevu_fin"]
    url = reverse("missions:suivi", args=[row["fiche__convention__ingenierie"], row["fiche__convention"]])
    if row["derniere"] and row["fiche__prevue_le"] is None and row["fiche__envoyee_le"] is not None:
        day = timezone.localdate(row["fiche__envoyee_le"])
        detail = f"{who} n’a pas rendu les prévisions de la fiche de suivi, envoyée le {format_date(day)}."
    else:
        url += f"#etape-{row['pk']}"
        detail = f"« {row['intitule']} » n’est pas rendue par {who}, relancé sans réponse."
    return Todo(row["fiche__convention__ingenierie__titre"], detail, url, day, late=True)


@dataclass(frozen=True, slots=True)
class Suite:
    """What a mission expects of its prestataire now; ``waits``: already, not only soon."""

    titre: str
    detail: str
    waits: bool


def suites(**which: Any) -> dict[int, Suite]:
    """By convention, of the missions that ``which`` keeps: the planned part to fill, or the next stage to return; no
    line where nothing is due within a fortnight. One query."""
    today = clock.today()
    rows = (
        EtapeSuivi.objects.filter(
            rendue_le=None,
            fiche__convention__choix__retire_at__isnull=True,
            fiche__convention__state=EtatConvention.SIGNEE,
            fiche__convention__ingenierie__state__in=OPEN_STATES,
            **{f"fiche__convention__{name}": value for name, value in which.items()},
        )
        .select_related("fiche__convention__ingenierie")
        .order_by("fiche", "ordre", "pk")
    )
    found: dict[int, Suite] = {}
    seen: set[int] = set()
    for row in rows:
        convention = row.fiche.convention
        if convention.pk in seen:
            continue  # one thing at a time: the first stage that remains
        seen.add(convention.pk)
        detail, waits = _detail(row, today)
        if detail:
            found[convention.pk] = Suite(convention.ingenierie.titre, detail, waits)
    return found


def _detail(row: EtapeSuivi, today: dt.date) -> tuple[str, bool]:
    if row.fiche.prevue_le is None:
        return "Remplissez les prévisions de la fiche de suivi.", True
    if row.prevu_fin is None or row.prevu_fin > today + AHEAD:
        return "", False
    if row.prevu_fin < today:
        return f"« {row.titre} » était prévue au plus tard le {format_date(row.prevu_fin)} : rendez-la.", True
    return f"« {row.titre} » finit le {format_date(row.prevu_fin)}.", False


def etapes_of(prestataire: Prestataire, actor: Actor) -> list[Attente]:
    """What waits for the people of a prestataire, at the top of their space."""
    return [
        Attente(f"Mission : {suite.titre}", suite.detail, reverse("mission:suivi", args=[pk]), waits=suite.waits)
        for pk, suite in suites(choix__prestataire=prestataire).items()
    ]


def attendus(conventions: Collection[int]) -> dict[int, str]:
    """The same, by convention, on the page of the missions."""
    return {pk: suite.detail for pk, suite in suites(pk__in=list(conventions)).items()}


def register() -> None:
    """Called once by :func:`missions.suivi.providers.register`."""
    TODOS.register("etapes_en_retard", retards, order=23)
    ATTENTES.register("missions", etapes_of)
    ATTENDUS.register("suivi", attendus)
