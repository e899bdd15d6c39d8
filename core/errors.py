"""Domain exceptions: raised by services, turned into clear French pages or messages by the views."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


class DomainError(Exception):
    """A refusal of the business, with a sentence in French that says why and what to do.

    ``reasons`` lists each reason apart when there are several. ``status`` is the HTTP status a page answers with.
    """

    status = 409
    title = "Action refusée"

    def __init__(self, message: str, *, reasons: Sequence[str] = ()):
        super().__init__(message)
        self.message = message
        self.reasons = list(reasons)

    @property
    def sentence(self) -> str:
        """The message, then the reasons that it does not say itself."""
        return " ".join([self.message, *(reason for reason in self.reasons if reason not in self.message)])


class NotAllowed(DomainError):
    """The actor sees the object but may not do this."""

    status = 403
    title = "Vous n’avez pas la main sur cette action"


class StaleState(DomainError):
    """The object changed since the page was shown: second tab, double click, colleague, back button.

    ``entries`` are the journal entries written meanwhile.
    """

    title = "La situation a changé entre-temps"

    def __init__(self, message: str, *, entries: Sequence[Any] = ()):
        super().__init__(message)
        self.entries = list(entries)


class EditConflict(StaleState):
    """A stale form: somebody else saved the same thing. ``current`` is the object as it stands now."""

    title = "Quelqu’un a modifié cette page en même temps que vous"

    def __init__(self, message: str, *, entries: Sequence[Any] = (), current: Any = None):
        super().__init__(message, entries=entries)
        self.current = current


class ConditionsNotMet(DomainError):
    """Conditions of an action are missing; ``reasons`` says which."""

    title = "Il manque des conditions"


class InvalidInput(DomainError):
    """Input the form could not see was wrong."""

    status = 422
    title = "Saisie à corriger"


class DiskFull(DomainError):
    """The server has no room left for what was sent."""

    status = 507
    title = "Le serveur n’a plus de place"

    def __init__(self) -> None:
        super().__init__(
            "Rien n’a été enregistré. Prévenez la personne qui exploite l’application, puis recommencez quand elle "
            "aura fait de la place."
        )
