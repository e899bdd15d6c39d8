"""What can be imported: a kind names its columns, knows what exists, and writes one line through a service."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.actor import Actor
from core.formats import format_date, format_number
from core.registry import Registry


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the file, and the field of the form that takes it.

    ``read`` puts a cell into what the form expects (a code for a label) and raises ``ValidationError``; ``choices`` are
    the values offered by the template in a drop-down list. ``number`` and ``date`` are read the French way.
    """

    name: str
    heading: str
    help: str
    example: str
    required: bool = False
    aliases: tuple[str, ...] = ()
    number: bool = False
    date: bool = False
    read: Callable[[str], str] | None = None
    choices: Callable[[], Sequence[str]] | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """What to know of a line that is not wrong, with the page where something may be done about it."""

    text: str
    url: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """What the person chooses when confirming: its question, and its answers (code, label), the first by default."""

    question: str
    answers: tuple[tuple[str, str], ...]


class Resemblance:
    """Finds the known objects that a new line resembles without being them. The default finds none."""

    def near(self, values: Mapping[str, Any]) -> list[str]:
        """French names of what these values resemble."""
        return []

    def add(self, values: Mapping[str, Any], label: str) -> None:
        """A new line of the file: the next ones are compared with it too."""


class ImportKind:
    """A kind of import. One object for the process: it holds nothing of a person or of a file."""

    #: Code in addresses, title, noun with its gender (« structure », feminine).
    code: str
    label: str
    noun: str
    feminine: bool = True
    columns: Sequence[Column]
    #: Route of the list where these objects are found, and of the page of one object.
    list_route: str
    detail_route: str
    #: One sentence on how a line is recognised as an object that exists.
    recognised: str
    #: Whether a line that names a known object brings it up to date; if not, that line writes nothing.
    updates: bool = True
    #: What is asked at the moment of confirming; kept in ``Import.choice``.
    choice: Choice | None = None

    def why_not(self, actor: Actor) -> str | None:
        """Why ``actor`` may not import, or ``None``."""
        raise TypeError(f"{type(self).__name__}.why_not manque.")

    def form(self, actor: Actor) -> Any:
        """An unbound form whose fields are named as the columns; used again for every line."""
        raise TypeError(f"{type(self).__name__}.form manque.")

    def known(self, actor: Actor) -> Iterable[tuple[Hashable, int]]:
        """(key, primary key) of the objects a line may be: several keys for one object (number, name)."""
        raise TypeError(f"{type(self).__name__}.known manque.")

    def find_keys(self, values: Mapping[str, Any]) -> Sequence[tuple[Hashable, str]]:
        """The keys to look for, the surest first, each with what it is in French (« même SIRET »)."""
        raise TypeError(f"{type(self).__name__}.find_keys manque.")

    def object_keys(self, values: Mapping[str, Any]) -> Iterable[Hashable]:
        """The keys that ``known`` would give for an object with these values."""
        raise TypeError(f"{type(self).__name__}.object_keys manque.")

    def objects(self, pks: Collection[int], actor: Actor) -> dict[int, Any]:
        """The objects of these primary keys."""
        raise TypeError(f"{type(self).__name__}.objects manque.")

    def resemblance(self, actor: Actor) -> Resemblance:
        """What signals a line that resembles a known object."""
        return Resemblance()

    def current(self, obj: Any, name: str) -> Any:
        """The present value of the column ``name`` of an object, to compare with what the line says."""
        return getattr(obj, name)

    def dry_run(self, obj: Any | None, values: Mapping[str, Any], actor: Actor) -> None:
        """Refuse what the service would refuse (``DomainError``, ``ValidationError``), writing nothing."""

    def write(self, obj: Any | None, values: Mapping[str, Any], actor: Actor, *, reason: str) -> Any:
        """Create (``obj`` is ``None``) or change one object through its service; return it. ``reason`` is journaled."""
        raise TypeError(f"{type(self).__name__}.write manque.")

    def written(self, obj: Any, source: Any, actor: Actor) -> None:
        """What goes with a line that was just written, in the same transaction (``source.choice`` says what was asked).

        A refusal (``DomainError``) refuses the line: nothing of it is written.
        """

    def notes(self, lines: Sequence[Any], actor: Actor) -> dict[int, Note]:
        """What to know of these lines, by number, when they are shown."""
        return {}

    def show(self, name: str, value: Any) -> str:
        """A value in words, for the preview of changes."""
        if value in (None, ""):
            return "(vide)"
        if isinstance(value, bool):
            return "oui" if value else "non"
        if hasattr(value, "as_tuple"):  # a Decimal
            return format_number(value)
        if hasattr(value, "isoformat"):
            return format_date(value)
        return str(value)

    # --- What follows from the above ---
    @property
    def nouns(self) -> str:
        return f"{self.noun}s"

    def column(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)


IMPORTS: Registry[ImportKind] = Registry("imports")
