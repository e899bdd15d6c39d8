"""The séances, as a kind of rendez-vous: announced by the team alone, told by the team or by the prestataire."""

from __future__ import annotations

from core.actor import Actor
from engagement.rendezvous.enums import Presence
from engagement.rendezvous.genre import Genre
from missions.mission.permissions import why_not_fill, why_not_follow
from missions.seances.models import Seance


def _writes(seance: Seance, actor: Actor) -> str:
    return why_not_follow(actor, seance.convention)


def _holds(seance: Seance, actor: Actor) -> str:
    return why_not_fill(actor, seance.convention)


SEANCE = Genre(
    app="missions",
    code="seance",
    nom="séance",
    annonce=frozenset({"nature", "titre", "date", "heure_debut", "heure_fin", "fuseau", "lieu", "visio"}),
    presence=("presence",),
    presences=dict(Presence.choices),
    why_not_write=_writes,
    why_not_hold=_holds,
)
