"""The types of documents the application can print; each floor registers its own in ``AppConfig.ready()``."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from django.db import models

from core.actor import Actor
from core.documents.parts import EmbeddedFile
from core.errors import DomainError
from core.registry import Registry

if TYPE_CHECKING:
    from core.models import GeneratedDocument


class NoLongerGiven(DomainError):
    """A document that was made, and that says what may not be said any more."""

    status = 410
    title = "Ce document n’est plus donné"


@dataclass(frozen=True, slots=True)
class BuiltDocument:
    """All that is needed to print one document.

    ``obj`` is what it is about, ``scope`` the dossier it belongs to (by default ``obj``). ``filename`` has no folder
    and ends with ``.pdf``.
    """

    template: str
    context: Mapping[str, Any]
    title: str
    filename: str
    obj: models.Model
    scope: models.Model | None = None
    author: str = ""
    subject: str = ""
    keywords: Sequence[str] = ()
    attachments: Sequence[EmbeddedFile] = ()


class Builder(Protocol):
    """Gathers what a document says. Raises the model's ``DoesNotExist`` for an unknown id."""

    def __call__(self, object_id: int, actor: Actor, *, blank: bool = False) -> BuiltDocument: ...


@dataclass(frozen=True, slots=True)
class DocumentType:
    """One type of document: its name, who may print and read it, how it is built.

    ``can_view`` is bulk: of the ids of objects it is given, it returns those whose document the actor may read.
    ``has_blank`` says that a blank version exists, to be filled by hand. ``sealed`` says that the document proves
    something: once rendered it is sealed with the installation's certificate (``core.documents.seal``), never a blank.
    ``still_valid`` says why a document that was made may not be given any more (what it tells was taken back since: its
    ``made_at`` is the instant before its builder began to read), ``""`` while it may; absent, it always may.
    """

    label: str
    build: Builder
    can_view: Callable[[Collection[int], Actor], set[int]]
    has_blank: bool = False
    sealed: bool = False
    still_valid: Callable[[GeneratedDocument], str] | None = None

    def visible(self, object_id: int, actor: Actor) -> bool:
        """Whether ``actor`` may read the document of that one object."""
        return object_id in self.can_view([object_id], actor)

    def ensure_valid(self, document: GeneratedDocument) -> None:
        """Raise ``NoLongerGiven`` when that document is to be printed again."""
        if self.still_valid is not None and (why := self.still_valid(document)):
            raise NoLongerGiven(why)


DOCUMENT_TYPES: Registry[DocumentType] = Registry("types de documents")
