"""The récits of the demonstration: the four monographies of 001 and one of a single beneficiary, the six fiches
expériences of 000, and one fiche still being written, with what is to be settled in it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from accounts import services as accounts
from capitalisation.consentements import services as consents
from capitalisation.consentements.enums import EtatConsentement, Moyen
from capitalisation.consentements.models import Consentement
from capitalisation.recits.enums import Genre, Source
from capitalisation.recits.models import Recit
from capitalisation.recits.plans import plan_of
from capitalisation.recits.services import ecriture
from core import clock
from core.actor import Actor
from demo import data, dates, recits_valeurs
from demo.marks import Marks
from demo.people import World
from projects.ingenierie.models import Ingenierie

#: A fiche that is begun from its dossier and not « arrêtée » yet, and what is noted in it.
EN_COURS = "recycleries"
_NOTES = {
    "seances": "Le budget dit 9,5 jours, les étapes en font 8,5 : demander à quoi a servi le jour restant.",
    "nombre": "Cinq structures accompagnées, mais tout le réseau à la journée d’échanges : lesquelles compter ?",
}
_CONSENTEMENT = {
    "moyen": Moyen.REUNION,
    "dit_par": "présidence",
    "note": "Relu avec la trésorière avant d’être arrêté.",
}


def load(marks: Marks, world: World) -> None:
    """Write what is not there yet."""
    if "recits" in marks:
        return
    days = 40
    for row in data.monographies():
        days -= 2
        _monographie(marks, row, days)
    for row in data.fiches():
        days -= 2
        _fiche(marks, world, row, days)
    _begun(marks, days - 2)
    marks.set("recits")


def _at(days: int, minutes: int = 130) -> Any:
    day = dates.next_working_day(dates.yesterday() - dt.timedelta(days=days))
    return clock.replay(dates.moment(min(day, dates.yesterday()), minutes))


def _dossier(marks: Marks, key: str) -> tuple[Ingenierie, Actor]:
    pk = marks.id_of(f"ingenierie:{key}") or marks.id_of(f"individuelle:{key}")
    found = Ingenierie.objects.select_related("pilote__region").get(pk=pk)
    return found, accounts.actor_for(found.charge_mission)


def _monographie(marks: Marks, row: dict[str, Any], days: int) -> None:
    """Told from what 001 says of it: what the dossier proposes gives way to it."""
    ingenierie, actor = _dossier(marks, row["ingenierie"])
    collective = row["forme"] == "collective"
    genre = Genre.MONOGRAPHIE if collective else Genre.MONOGRAPHIE_BENEFICIAIRE
    with _at(days):
        if row.get("consentement", {}).get("structure"):
            _consent(ingenierie, actor)
        recit = ecriture.begin(ingenierie, genre, actor=actor)
    told = recits_valeurs.collective(row) if collective else recits_valeurs.beneficiaire(row)
    _told(recit, _titre(row), told, actor, days)
    marks.set(f"recit:{row['cle']}", recit)


def _titre(row: dict[str, Any]) -> dict[str, str]:
    return {"titre": row["titre"], "sous_titre": row["sous_titre"], "origine": recits_valeurs.origine(row)}


def _fiche(marks: Marks, world: World, row: dict[str, Any], days: int) -> None:
    """Of the dossier it is the outcome of; else of the référentiel national, told by the AVISE."""
    origine = row["source"]["document"]
    if row["ingenierie"]:
        ingenierie, actor = _dossier(marks, row["ingenierie"])
        with _at(days):
            recit = ecriture.begin(ingenierie, Genre.FICHE_EXPERIENCE, actor=actor)
    else:
        actor = world.writers["avise"][0]
        titre = {"titre": row["titre"], "origine": origine}
        with _at(days):
            recit = ecriture.begin_alone(
                world.organisations["avise"], Genre.FICHE_EXPERIENCE, titre, actor=actor
            )  # fmt: skip
    told = {
        code: {**values, "source": Source.AVISE, "source_detail": ""}
        for code, values in recits_valeurs.fiche(row).items()
    }
    _told(recit, {"titre": row["titre"], "sous_titre": "", "origine": origine}, told, actor, days)
    marks.set(f"recit:{row['cle']}", recit)


def _told(recit: Recit, titre: dict[str, str], told: dict[str, dict[str, Any]], actor: Actor, days: int) -> None:
    """Written heading by heading, then « arrêté » the day after."""
    with _at(days, 160):
        ecriture.update(recit, titre, actor=actor)
        for prevue in plan_of(recit.genre).rubriques:
            ecriture.write(recit, prevue.code, told.get(prevue.code, recits_valeurs.RIEN), actor=actor)
    with _at(days - 1, 200):
        fresh = _fresh(recit)
        ecriture.perform_action(fresh, "arreter", actor=actor, expected_state=fresh.state, version=fresh.version)


def _fresh(recit: Recit) -> Recit:
    return Recit.objects.select_related("ingenierie__pilote__region", "organisation").get(pk=recit.pk)


def _begun(marks: Marks, days: int) -> None:
    """What the dossier proposes, and what the team still has to settle."""
    ingenierie, actor = _dossier(marks, EN_COURS)
    with _at(days):
        recit = ecriture.begin(ingenierie, Genre.FICHE_EXPERIENCE, actor=actor)
    with _at(days, 155):
        for code, note in _NOTES.items():
            ecriture.write(recit, code, {"note": note}, actor=actor)
    marks.set("recit:en-cours", recit)


def _consent(ingenierie: Ingenierie, actor: Actor) -> None:
    """The structure agrees to be named; the people of it are not asked."""
    consents.take_up(ingenierie, actor=actor)
    rows = Consentement.objects.filter(structure__ingenierie=ingenierie, personne="")
    for row in rows.select_related("structure__ingenierie__pilote", "structure__structure"):
        if row.etat in (EtatConsentement.A_DEMANDER, EtatConsentement.DEMANDE):
            told = {**_CONSENTEMENT, "etat": EtatConsentement.ACCORDE, "le": clock.today()}
            consents.note(row, told, actor=actor)
