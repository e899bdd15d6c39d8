"""The séances of the missions: a launch, workshops of which who came varies, one cancelled, one moved, one to come, one
whose presences are still to be noted; a mission without launch, where the pilot was away.

Those of the missions that run are told after the ingénieries; those of missions that are over, in the story, before
what is made of them (:func:`held`). Each thing on its own day.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from random import Random
from typing import Any

from django.db.models import Exists, OuterRef

from accounts import services as accounts
from core import clock
from core.actor import Actor
from demo import dates
from demo.marks import Marks
from engagement.rendezvous.enums import Presence
from missions.conventions.models import Convention
from missions.conventions.prefill import beneficiaires
from missions.seances.enums import NatureSeance, SourceSeance
from missions.seances.models import Seance
from missions.seances.services.participants import add_participants, candidates, proposed, set_presences
from missions.seances.services.seances import create_seance, perform_seance, update_seance, write_minutes
from mobilisation.groupes.models import Groupe
from partners.portfolio.prestataire.models import Membre
from projects.enums import Cycle, Etat
from projects.ingenierie.models import Ingenierie

#: So many missions of each cycle, so many structures expected at each séance.
COLLECTIVES, INDIVIDUELLES, STRUCTURES = 3, 1, 5
#: A mission shorter than this has nothing past to tell.
SHORTEST = 12
_PLACE = "Maison des associations, salle du premier étage"
_PROGRAMME = "- Tour de table\n- Ce que chaque structure attend\n- Méthode, dates et lieux"
_CAME = (Presence.PRESENT, Presence.PRESENT, Presence.PRESENT, Presence.EN_PARTIE, Presence.EXCUSE, Presence.ABSENT)
_MINUTES = {
    NatureSeance.LANCEMENT: "Les structures, le prestataire et le DLA se sont présentés. Chacune a redit ce qu’elle "
    "attend. Le prestataire a expliqué sa méthode et les dates ont été arrêtées ensemble.\n\nLe besoin est toujours "
    "celui du diagnostic.",
    NatureSeance.COLLECTIVE: "Le groupe a travaillé sur deux cas apportés par les structures. Chacune essaie l’outil "
    "d’ici la prochaine fois.",
}


@dataclass(frozen=True)
class Told:
    """A séance: its place in the past of the mission (0 at the signature, 1 today) or the days until it; what became
    of it. ``noted``: by whom the presences are (``""``: they wait)."""

    at: float
    nature: NatureSeance
    titre: str
    outcome: str
    whole_day: bool = False
    noted: str = "equipe"
    ahead: int = 0
    pilote: str = ""


_LANCEMENT = Told(0.15, NatureSeance.LANCEMENT, "Se rencontrer et lancer la mission", "tenue")
_ATELIER = Told(0.4, NatureSeance.COLLECTIVE, "Partager les pratiques, choisir les cas", "tenue", noted="prestataire")
_ANNULEE = Told(0.55, NatureSeance.THEMATIQUE, "Les outils de suivi", "annulee")
_SEULE = Told(0.7, NatureSeance.INDIVIDUELLE, "Appliquer l’outil dans la structure", "tenue")
_A_NOTER = Told(0.9, NatureSeance.COLLECTIVE, "Construire les réponses", "tenue", whole_day=True, noted="")
_DEPLACEE = Told(0, NatureSeance.COLLECTIVE, "Mettre en commun les essais", "deplacee", ahead=9)
_RESTITUTION = Told(0, NatureSeance.RESTITUTION, "Restituer et décider de la suite", "prevue", ahead=40)
_SANS_PILOTE = Told(0.3, NatureSeance.COLLECTIVE, "Premier atelier", "tenue", pilote="absent")
_SUIVANTE = Told(0, NatureSeance.INDIVIDUELLE, "Faire le point", "convoquee", ahead=6)

PLANS = (
    (_LANCEMENT, _ATELIER, _ANNULEE, _SEULE, _A_NOTER, _DEPLACEE, _RESTITUTION),
    (_SANS_PILOTE, _DEPLACEE),
    (_LANCEMENT, _ATELIER, _RESTITUTION),
)
PLAN_INDIVIDUEL = (_LANCEMENT, _SEULE, _SUIVANTE)
#: Of the missions that are over: every séance was held, whoever came is noted.
_OUVERTURE = Told(0.1, NatureSeance.LANCEMENT, "Se rencontrer et lancer la mission", "tenue", whole_day=True)
_JOURNEE = Told(0.5, NatureSeance.COLLECTIVE, "Construire les outils ensemble", "tenue", whole_day=True)
_BILAN = Told(0.85, NatureSeance.RESTITUTION, "Restituer et décider de la suite", "tenue")
_VISITE = Told(0.6, NatureSeance.INDIVIDUELLE, "Appliquer l’outil dans la structure", "tenue", whole_day=True)
PLAN_CLOS, PLAN_CLOS_INDIVIDUEL = (_OUVERTURE, _JOURNEE, _BILAN), (_OUVERTURE, _VISITE)


def load(marks: Marks) -> None:
    """Write what is not there yet."""
    if "seances" in marks:
        return
    found = _missions(Cycle.COLLECTIVE)[:COLLECTIVES]
    for number, convention in enumerate(found):
        _write(convention, PLANS[number % len(PLANS)], accounts.actor_for(convention.ingenierie.charge_mission))
    for convention in _missions(Cycle.INDIVIDUELLE)[:INDIVIDUELLES]:
        _write(convention, PLAN_INDIVIDUEL, accounts.actor_for(convention.ingenierie.charge_mission))
    marks.set("seances")


def held(ingenierie: Ingenierie, *, actor: Actor) -> None:
    """Every séance of its mission, past at the present instant; nothing when the mission has just begun."""
    rows = Convention.objects.signed().standing().filter(ingenierie=ingenierie)
    convention = rows.select_related("choix__prestataire", "ingenierie__pilote").first()
    if convention is None or convention.signee_le > clock.today() - dt.timedelta(days=SHORTEST):
        return
    _write(convention, PLAN_CLOS_INDIVIDUEL if ingenierie.is_individuelle else PLAN_CLOS, actor)


def _missions(cycle: str) -> list[Convention]:
    """Those that run, signed long enough ago; first those whose prestataire has somebody in the application."""
    theirs = Membre.objects.active().filter(prestataire=OuterRef("choix__prestataire"))
    rows = (
        Convention.objects.signed()
        .standing()
        .filter(
            ingenierie__state=Etat.FINALISER,
            ingenierie__cycle=cycle,
            ingenierie__charge_mission__isnull=False,
            signee_le__lte=clock.today() - dt.timedelta(days=SHORTEST),
        )
        .annotate(held=Exists(theirs))
        .select_related("choix__prestataire", "ingenierie__pilote", "ingenierie__charge_mission")
    )
    return list(rows.order_by("-held", "pk"))


def _write(convention: Convention, plan: tuple[Told, ...], actor: Actor) -> None:
    member = Membre.objects.active().filter(prestataire=convention.choix.prestataire).select_related("user").first()
    theirs = Actor.for_user(member.user) if member is not None else actor
    groupe = Groupe.objects.filter(ingenierie=convention.ingenierie).order_by("pk").first()
    random = Random(f"seances:{convention.pk}")
    for told in plan:
        _tell(convention, told, groupe, actor, theirs, random)


def _days(convention: Convention, told: Told) -> tuple[dt.date, dt.date]:
    """The day it was planned, the day it is held."""
    today = clock.today()
    if told.ahead:
        return today - dt.timedelta(days=3), dates.next_working_day(today + dt.timedelta(days=told.ahead))
    begin = max(convention.signee_le, today - dt.timedelta(days=90))
    day = begin + dt.timedelta(days=max(2, int((today - begin).days * told.at)))
    day -= dt.timedelta(days=max(0, day.weekday() - 4))  # the Friday before
    return max(begin, day - dt.timedelta(days=8)), day


def _fresh(seance: Seance, convention: Convention) -> Seance:
    found = Seance.objects.get(pk=seance.pk)
    found.convention = convention
    return found


def _act(seance: Seance, convention: Convention, action: str, actor: Actor, reason: str = "") -> Seance:
    found = _fresh(seance, convention)
    perform_seance(found, action, actor=actor, expected_state=found.state, version=found.version, reason=reason)
    return _fresh(seance, convention)


def _tell(
    convention: Convention, told: Told, groupe: Groupe | None, actor: Actor, theirs: Actor, random: Random
) -> None:
    planned, day = _days(convention, told)
    values: dict[str, Any] = {
        "nature": told.nature,
        "titre": told.titre,
        "date": day,
        "heure_debut": dt.time(9, 30),
        "heure_fin": dt.time(16, 30) if told.whole_day else dt.time(12, 30),
        "lieu": _PLACE,
        "programme": _PROGRAMME if told.nature == NatureSeance.LANCEMENT else "",
    }
    if told.nature in (NatureSeance.COLLECTIVE, NatureSeance.THEMATIQUE) and groupe is not None:
        values["groupe"] = groupe
    if told.nature == NatureSeance.INDIVIDUELLE and not convention.ingenierie.is_individuelle:
        values["structure"] = next(iter(beneficiaires(convention.ingenierie)), None)
    with clock.replay(dates.moment(planned, 60)):
        seance = create_seance(convention, values, actor=actor)
        _expect(seance, told, actor)
        if told.outcome != "prevue":
            seance = _act(seance, convention, "convoquer", actor)
    if told.outcome == "annulee":
        with clock.replay(dates.moment(day - dt.timedelta(days=1), 30)):
            _act(seance, convention, "annuler", actor, "La salle ferme pour travaux ; une autre date sera proposée.")
    elif told.outcome == "deplacee":
        with clock.replay(dates.moment(dates.yesterday(), 200)):
            later = {"date": dates.next_working_day(day + dt.timedelta(days=2)), "lieu": "Mairie, salle du conseil"}
            update_seance(seance, later, actor=actor, expected_version=None)
    elif told.outcome == "tenue":
        with clock.replay(dates.moment(day, 8 * 60 + 10)):
            _held(_act(seance, convention, "tenir", theirs), convention, told, actor, theirs, random)


def _expect(seance: Seance, told: Told, actor: Actor) -> None:
    known = candidates(seance)
    keys = proposed(seance, known)
    structures = [c.key for c in known if c.key in keys and c.source == SourceSeance.STRUCTURE]
    wanted = structures[: 1 if told.nature == NatureSeance.INDIVIDUELLE else STRUCTURES]
    wanted += [c.key for c in known if c.key in keys and c.source != SourceSeance.STRUCTURE]
    add_participants(seance, wanted, actor=actor)


def _held(seance: Seance, convention: Convention, told: Told, actor: Actor, theirs: Actor, random: Random) -> None:
    if told.noted:
        noted = {}
        for row in seance.participants.expected():
            came = random.choice(_CAME) if row.source == SourceSeance.STRUCTURE else Presence.PRESENT
            if row.source == SourceSeance.DLA and told.pilote:
                came = Presence.EXCUSE
            noted[row.pk] = ({"presence": ""}, {"presence": came.value})
        who = theirs if told.noted == "prestataire" else actor
        set_presences(seance, noted, actor=who, pilote=False if told.pilote else "")
    if told.nature in _MINUTES and told.noted:
        minutes = _MINUTES[told.nature]
        write_minutes(_fresh(seance, convention), minutes, actor=theirs, expected_version=None)
