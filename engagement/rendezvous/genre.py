"""One kind of rendez-vous (the meetings, the séances of a mission): its words, its mails, who writes in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from core import journal
from core.actor import Actor
from core.errors import NotAllowed


@dataclass(frozen=True, slots=True)
class Genre:
    """``code`` and ``nom`` (feminine) are « reunion » and « réunion »; ``parent`` is the field that leads from a
    participant to it. ``annonce``: the fields whose change is told to those convened. ``presence``: the fields that
    say of a participant who came, and the answers that the first may take.

    ``why_not_write`` answers for what is announced and who is expected, ``why_not_hold`` for what is written once it
    is over: who came, the minutes. Both say why not, or nothing.
    """

    app: str
    code: str
    nom: str
    annonce: frozenset[str]
    presence: tuple[str, ...]
    presences: Mapping[str, str]
    why_not_write: Callable[[Any, Actor], str]
    why_not_hold: Callable[[Any, Actor], str]

    def __post_init__(self) -> None:
        la = f"la {self.nom}"
        journal.register_verbs(
            {
                self.verb("prevue"): f"a prévu {la}",
                self.verb("modifiee"): f"a modifié {la}",
                self.verb("compte_rendu"): f"a écrit le compte rendu de {la}",
                self.verb("renvoyee"): f"a renvoyé la convocation à {la}",
                self.participant_verb("_ajoute"): f"attend un participant à {la}",
                self.participant_verb(): f"a modifié un participant à {la}",
                self.participant_verb("_retire"): f"n’attend plus un participant à {la}",
                f"{self.app}.presences": f"a noté qui est venu à {la}",
            }
        )

    @property
    def convocation(self) -> str:
        """The mail that says to come, or what changed."""
        return f"{self.app}/{self.code}_convocation"

    @property
    def annulation(self) -> str:
        """The mail that says not to come any more."""
        return f"{self.app}/{self.code}_annulation"

    def verb(self, what: str) -> str:
        return f"{self.app}.{self.code}_{what}"

    def participant_verb(self, what: str = "") -> str:
        return f"{self.app}.participant{what}"

    def ensure_writes(self, rendezvous: Any, actor: Actor) -> None:
        """Raise ``NotAllowed`` unless ``actor`` changes what is announced."""
        if refusal := self.why_not_write(rendezvous, actor):
            raise NotAllowed(refusal)

    def ensure_holds(self, rendezvous: Any, actor: Actor) -> None:
        """Raise ``NotAllowed`` unless ``actor`` writes what happened."""
        if refusal := self.why_not_hold(rendezvous, actor):
            raise NotAllowed(refusal)
