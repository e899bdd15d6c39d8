"""Sessions of comités d'appui: one held and closed with opinions by link, one to come, in each DLA that has the matter.

The two ingénieries of the past session are those whose comité gave its avis last.
"""

from __future__ import annotations

import datetime as dt
from random import Random

from accounts import services as accounts
from accounts.models import Grant
from accounts.services.links import holder
from core import clock
from core.actor import Actor
from demo import dates
from demo.marks import Marks
from demo.people import DOMAIN, World
from engagement.comite.models import SeanceComite
from engagement.comite.services.avis import record_point, save_avis_membre
from engagement.comite.services.liens import AVIS_COMITE
from engagement.comite.services.seances import (
    add_membre,
    add_point,
    create_seance,
    perform_seance,
    presentables,
    update_seance,
)
from projects.enums import Etat

#: How many days ago the last session was, how many days ahead the next one is.
PAST, NEXT = 24, 13
#: (name, organisation, function) of those invited; invented.
MEMBERS = (
    ("Ombeline Taillefer", "Conseil départemental", "service vie associative"),
    ("Gontran Vieilleville", "DDETS", "unité insertion"),
    ("Sidonie Marchepied", "France Active", "chargée d’affaires"),
    ("Anselme Courtepaille", "Mouvement associatif", "délégation départementale"),
)
_SAID = (
    ("favorable", ""),
    ("favorable", "Le besoin remonte aussi de nos permanences."),
    ("reserves", "Le nombre de journées paraît élevé pour les plus petites structures."),
)
_SYNTHESE = (
    "Le comité salue la qualité des diagnostics qui fondent les démarches présentées.\n\n"
    "Il demande que les groupes restent de taille modeste et que les structures soient associées au choix des dates.\n"
    "Un point d’avancement lui sera fait à la séance suivante."
)


def load(world: World, marks: Marks) -> None:
    """Write the sessions that are not there yet."""
    for key in sorted(k for k in world.writers if k.startswith("dla-")):
        organisation, actor = world.organisations[key], world.writers[key][0]
        matter = presentables(organisation)
        past = list(matter.filter(state__in=(Etat.ENGAGER, Etat.CONFIRMER)).order_by("-pk")[:2])
        ahead = list(matter.exclude(pk__in=[i.pk for i in past]).exclude(state=Etat.FINALISER).order_by("pk")[:3])
        if not past or not ahead:
            continue
        if f"comite:{key}" not in marks:
            marks.set(f"comite:{key}", _write(key, organisation, actor, past, ahead))


def _at(days: int, minute: int) -> dt.datetime:
    return dates.moment(dates.next_working_day(clock.today() + dt.timedelta(days=days)), minute)


def _write(key: str, organisation, actor: Actor, past: list, ahead: list) -> SeanceComite:
    random = Random(f"comite:{key}")
    today = clock.today()

    def day(offset: int, minute: int = 60) -> dt.datetime:
        return dates.moment(today + dt.timedelta(days=offset), minute)

    with clock.replay(day(-PAST - 16)):
        held = create_seance(
            organisation,
            {"debut": day(-PAST, 320), "heure_fin": dt.time(17), "lieu": "Maison des associations, salle du conseil"},
            actor=actor,
        )
        for number, (nom, organisme, fonction) in enumerate(MEMBERS):
            values = {"nom": nom, "organisme": organisme, "fonction": fonction}
            values["email"] = f"comite{number}.{key}@{DOMAIN}"
            add_membre(held, values, actor=actor)
        points = [add_point(held, ingenierie, actor=actor) for ingenierie in past]
    with clock.replay(day(-PAST - 14)):
        _act(held, "convoquer", actor)
    with clock.replay(day(-PAST - 5)):
        _answers(held, points, random)
    with clock.replay(day(-PAST, 480)):
        _act(held, "tenir", actor)
        record_point(points[0], {"sens": "favorable"}, actor=actor)
        for point in points[1:]:
            record_point(
                point,
                {"sens": "reserves", "commentaires": "Limiter le groupe à la taille annoncée, préciser le calendrier."},
                actor=actor,
            )
    with clock.replay(day(-PAST + 1)):
        update_seance(_fresh(held), {"synthese": _SYNTHESE}, actor=actor)
        _act(held, "clore", actor)
    with clock.replay(day(-6)):
        coming = create_seance(
            organisation,
            {
                "debut": _at(NEXT, 320),
                "heure_fin": dt.time(17),
                "lieu": "Maison des associations, salle du conseil",
                "message": "Merci de lire les fiches avant la séance : nous irons droit aux questions.",
            },
            actor=actor,
        )
        points = [add_point(coming, ingenierie, actor=actor) for ingenierie in ahead]
    with clock.replay(day(-4)):
        _act(coming, "convoquer", actor)
    with clock.replay(day(-1)):
        _answers(coming, points[:1], random)
    return coming


def _fresh(seance: SeanceComite) -> SeanceComite:
    return SeanceComite.objects.select_related("organisation").get(pk=seance.pk)


def _act(seance: SeanceComite, action: str, actor: Actor) -> None:
    fresh = _fresh(seance)
    perform_seance(fresh, action, actor=actor, expected_state=fresh.state, version=fresh.version)


def _answers(seance: SeanceComite, points: list, random: Random) -> None:
    """Three of the four members answer by their link."""
    for membre in list(seance.membres.all())[:3]:
        grant = Grant.objects.of(membre, AVIS_COMITE).get()
        accounts.note_opening(accounts.Link(grant, grant.version))
        membre.seance = _fresh(seance)
        for point in points:
            sens, commentaires = random.choice(_SAID)
            save_avis_membre(
                point, membre, {"sens": sens, "commentaires": commentaires}, actor=holder(grant), expected_version=0
            )
