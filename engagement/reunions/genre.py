"""The meetings, as a kind of rendez-vous."""

from __future__ import annotations

from core.actor import Actor
from engagement.rendezvous.enums import Presence
from engagement.rendezvous.genre import Genre
from engagement.reunions.models import Reunion
from projects.ingenierie.permissions import why_not_contribute
from projects.ingenierie.services import ENDED


def why_not_write(reunion: Reunion, actor: Actor) -> str:
    """Why ``actor`` may not write in this meeting, or nothing."""
    refusal = why_not_contribute(actor, reunion.ingenierie)
    return refusal or ("" if reunion.ingenierie.is_open else ENDED)


REUNION = Genre(
    app="engagement",
    code="reunion",
    nom="réunion",
    annonce=frozenset({"nature", "objet", "date", "heure_debut", "heure_fin", "fuseau", "lieu", "visio"}),
    presence=("presence", "represente_par"),
    presences=dict(Presence.choices),
    why_not_write=why_not_write,
    why_not_hold=why_not_write,
)
