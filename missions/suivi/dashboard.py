"""What a fiche de suivi puts among what waits for a person: the chargé de mission, then the prestataire."""

from __future__ import annotations

import datetime as dt

from django.urls import reverse

from core import clock
from core.actor import Actor
from core.formats import format_date
from missions.conventions.enums import EtatConvention
from missions.suivi.models import EtapeSuivi
from partners.portfolio.espace.registry import ATTENTES, Attente
from partners.portfolio.prestataire.models import Prestataire
from projects.dashboard import LIMIT, TODOS, Todo, carried
from projects.enums import OPEN_STATES

#: From how long before its planned end a stage is told to its prestataire.
AHEAD = dt.timedelta(days=14)


def retards(actor: Actor) -> list[Todo]:
    """Of the missions the actor carries: the late stages that the prestataire was reminded of in vain. One query."""
    rows = (
        EtapeSuivi.objects.filter(
            signalee_le__isnull=False,
            rendue_le=None,
            prevu_fin__lt=clock.today(),
            fiche__convention__state=EtatConvention.SIGNEE,
            fiche__convention__choix__retire_at__isnull=True,
            **carried(actor, "fiche__convention__ingenierie__"),
        )
        .order_by("prevu_fin", "pk")
        .values(
            "pk", "intitule", "prevu_fin", "fiche__convention", "fiche__convention__ingenierie",
            "fiche__convention__ingenierie__titre", "fiche__convention__choix__prestataire__name",
        )
    )  # fmt: skip
    return [
        Todo(
            row["fiche__convention__ingenierie__titre"],
            f"« {row['intitule']} » n’est pas rendue par {row['fiche__convention__choix__prestataire__name']}, relancé "
            "sans réponse.",
            reverse("missions:suivi", args=[row["fiche__convention__ingenierie"], row["fiche__convention"]])
            + f"#etape-{row['pk']}",
            row["prevu_fin"],
            late=True,
        )
        for row in rows[:LIMIT]
    ]


def etapes_of(prestataire: Prestataire, actor: Actor) -> list[Attente]:
    """What waits for the people of a prestataire: one line a mission, its planned part to fill, or its next stage to
    return. One query."""
    today = clock.today()
    rows = (
        EtapeSuivi.objects.filter(
            rendue_le=None,
            fiche__convention__choix__prestataire=prestataire,
            fiche__convention__choix__retire_at__isnull=True,
            fiche__convention__state=EtatConvention.SIGNEE,
            fiche__convention__ingenierie__state__in=OPEN_STATES,
        )
        .select_related("fiche__convention__ingenierie")
        .order_by("fiche", "ordre", "pk")
    )
    lines: dict[int, Attente] = {}
    for row in rows:
        fiche = row.fiche
        if fiche.pk in lines:
            continue
        title = f"Mission : {fiche.convention.ingenierie.titre}"
        url = reverse("mission:suivi", args=[fiche.convention_id])
        if fiche.prevue_le is None:
            lines[fiche.pk] = Attente(title, "Remplissez les prévisions de la fiche de suivi.", url)
        elif row.prevu_fin is not None and row.prevu_fin < today:
            told = f"« {row.titre} » était prévue au plus tard le {format_date(row.prevu_fin)} : rendez-la."
            lines[fiche.pk] = Attente(title, told, url)
        elif row.prevu_fin is not None and row.prevu_fin <= today + AHEAD:
            told = f"« {row.titre} » finit le {format_date(row.prevu_fin)}."
            lines[fiche.pk] = Attente(title, told, url, waits=False)
    return list(lines.values())


def register() -> None:
    """Called once by :func:`missions.suivi.providers.register`."""
    TODOS.register("etapes_en_retard", retards, order=23)
    ATTENTES.register("missions", etapes_of)
