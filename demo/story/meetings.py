"""The meetings of an ingénierie: a comité de pilotage when partners are gathered, another before the intervention, one
to come when it is still running."""

from __future__ import annotations

import datetime as dt
from random import Random
from typing import Any

from core import clock
from demo.story.course import Event, Story
from engagement.partenaires.models import PartenaireProjet
from engagement.reunions.models import Reunion
from engagement.reunions.services.participants import add_other, add_participants, candidates, set_presences
from engagement.reunions.services.reunions import (
    add_decision,
    create_reunion,
    perform_reunion,
    set_decision_done,
    write_minutes,
)
from projects.enums import OPEN_STATES, Etat

_PLACES = (
    "Maison des associations, salle du premier étage",
    "Locaux de la structure porteuse, salle de réunion",
    "Hôtel du Département, salle des commissions",
    "Mairie, salle du conseil",
)
_FIRST = {
    "nature": "copil",
    "objet": "Partager le constat et les objectifs",
    "ordre_du_jour": "- Ce que disent les diagnostics\n- Ce qui existe déjà sur le territoire\n"
    "- Attentes de chaque partenaire\n- Objectifs et suite",
}
_FIRST_MINUTES = (
    "Le chargé de mission présente les besoins relevés dans les diagnostics : ils se ressemblent d’une structure à "
    "l’autre et le réseau confirme ce constat.\n\nLes partenaires rappellent ce qui existe. L’action complétera "
    "l’offre de formation sans la doubler, à condition de rester sur des situations concrètes.\n\nLes objectifs "
    "proposés sont discutés un par un. Le nombre de structures reste à fixer selon le budget."
)
_SECOND = {
    "nature": "groupe_travail",
    "objet": "Préparer l’intervention avec les structures",
    "ordre_du_jour": "- Structures mobilisées et groupes\n- Rythme et lieux\n- Ce que le cahier des charges doit dire",
}
_SECOND_MINUTES = (
    "Les structures présentes préfèrent des demi-journées espacées de trois semaines, en dehors des périodes de forte "
    "activité.\n\nElles demandent que chacune reparte avec un document de travail adapté à sa taille. Le groupe relit "
    "les résultats attendus et en précise deux."
)
_CAME = ("present", "en_partie", "excuse", "absent")
_DECISIONS = (
    ("Envoyer aux partenaires la synthèse des diagnostics", "Le DLA", 10, True),
    ("Proposer les dates du premier regroupement", "Le réseau associatif", 21, True),
    ("Chercher une salle équipée pour les séances", "Une structure volontaire", 30, False),
)
_TO_COME = (
    ("copil", "Faire le point et préparer la suite"),
    ("groupe_travail", "Relire ensemble les productions attendues"),
    ("information", "Présenter l’action aux structures du territoire"),
)


def events(story: Story, step: Etat) -> list[Event]:
    """The meetings of a step: told once they are over, planned when they are to come."""
    random = Random(f"{story.key}/reunions")
    told: list[Event] = []
    if step == Etat.ENGAGER:
        told.append((0.45, lambda: _held(story, Random(f"{story.key}/1"), _FIRST, _FIRST_MINUTES)))
    if step == Etat.CONFIRMER:
        told.append((0.6, lambda: _held(story, Random(f"{story.key}/2"), _SECOND, _SECOND_MINUTES, structures=True)))
    running = story.row["etape"] in OPEN_STATES and step == story.last_step and step != Etat.IDENTIFIER
    if running and random.random() < 0.5:
        told.append((max(0.0, story.progress - 0.02), lambda: _to_come(story, random)))
    return told


def _expected(story: Story, reunion: Reunion, random: Random, *, structures: bool = False) -> None:
    """Partners of the comité de pilotage, members of the pilot, sometimes structures."""
    keys = []
    members = partners = targeted = 0
    for candidate in candidates(story.ingenierie):
        source = candidate.source.value
        if source == "membre" and members < 2:
            members += 1
        elif source == "partenaire" and (candidate.note or partners < 3):
            partners += 1
        elif source == "structure" and structures and targeted < 8:
            targeted += 1
        else:
            continue
        keys.append(candidate.key)
    add_participants(reunion, keys, actor=story.actor)
    if random.random() < 0.3:
        add_other(
            reunion,
            {"organisme": "Communauté de communes", "fonction": "service de la vie associative"},
            actor=story.actor,
        )


def _working_day(day: dt.date) -> dt.date:
    """``day``, or the Friday before."""
    return day - dt.timedelta(days=max(0, day.weekday() - 4))


def _held(story: Story, random: Random, announced: dict[str, Any], minutes: str, *, structures: bool = False) -> None:
    """A meeting of the day before, inscribed with who came, what was said and decided."""
    start = random.choice((9, 10, 14))
    reunion = create_reunion(
        story.ingenierie,
        {
            **announced,
            "date": _working_day(clock.today() - dt.timedelta(days=1)),
            "heure_debut": dt.time(start, 30),
            "heure_fin": dt.time(start + 2, 30),
            "lieu": random.choice(_PLACES),
        },
        actor=story.actor,
    )
    _expected(story, reunion, random, structures=structures)
    reunion = perform_reunion(
        reunion, "tenir", actor=story.actor, expected_state=reunion.state, version=reunion.version
    )
    reunion.ingenierie = story.ingenierie
    nothing = {"presence": "", "represente_par": ""}
    noted = {}
    for row in reunion.participants.all():
        came = "present" if row.source == "membre" else random.choices(_CAME, (7, 1, 2, 1))[0]
        proxy = "un collègue du service" if came == "excuse" and random.random() < 0.4 else ""
        noted[row.pk] = (nothing, {"presence": came, "represente_par": proxy})
    set_presences(reunion, noted, actor=story.actor)
    write_minutes(reunion, minutes, actor=story.actor, expected_version=None)
    for texte, qui, days, done in _DECISIONS[: random.randint(1, 3)]:
        decision = add_decision(
            reunion,
            {"texte": texte, "qui": qui, "echeance": clock.today() + dt.timedelta(days=days)},
            actor=story.actor,
        )
        if done or clock.today() + dt.timedelta(days=days + 20) < story.today:
            set_decision_done(decision, True, actor=story.actor, expected_version=None)


def _to_come(story: Story, random: Random) -> None:
    """A meeting of the coming weeks; the nearest ones are convened."""
    nature, objet = random.choice(_TO_COME)
    days = random.randint(4, 30)
    date = story.today + dt.timedelta(days=days)
    if date.weekday() >= 5:
        date += dt.timedelta(days=7 - date.weekday())
    visio = random.random() < 0.3
    reunion = create_reunion(
        story.ingenierie,
        {
            "nature": nature,
            "objet": objet,
            "date": date,
            "heure_debut": dt.time(14),
            "heure_fin": dt.time(16, 30),
            "lieu": "" if visio else random.choice(_PLACES),
            "visio": f"https://visio.example.org/{story.key}" if visio else "",
            "ordre_du_jour": "- Où nous en sommes\n- Ce qui reste à décider\n- Calendrier",
        },
        actor=story.actor,
    )
    has_partners = PartenaireProjet.objects.filter(ingenierie=story.ingenierie).exists()
    if has_partners:
        _expected(story, reunion, random, structures=nature != "copil")
        if days < 18:
            fresh = Reunion.objects.get(pk=reunion.pk)
            perform_reunion(fresh, "convoquer", actor=story.actor, expected_state=fresh.state, version=fresh.version)
