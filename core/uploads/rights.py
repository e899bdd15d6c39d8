"""Who may see and change the files of an object: each floor registers its types in ``AppConfig.ready()``."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from core.actor import Actor
from core.registry import Registry


@dataclass(frozen=True, slots=True)
class AttachmentRights:
    """Rights over the files of one type of object.

    ``can_view`` and ``can_edit`` are bulk: of the ids they are given, they return those the actor may. ``scope``
    gives the dossier in whose journal the files are told (by default the object); ``url`` the page of the object;
    ``changed`` is told, in the same transaction, that a file of that object came or went, and may refuse it.
    """

    can_view: Callable[[Collection[int], Actor], set[int]]
    can_edit: Callable[[Collection[int], Actor], set[int]]
    scope: Callable[[Any], Any] = lambda obj: obj
    url: Callable[[Any], str] = lambda obj: obj.get_absolute_url()
    changed: Callable[[int], None] = lambda object_id: None


#: By label of the model, in lower case (``projects.ingenierie``). A type that is not there has no files.
ATTACHMENT_RIGHTS: Registry[AttachmentRights] = Registry("droits sur les pièces jointes")


#: What must stay although it was removed from its object (a document that left names it): ``provider(ids)`` returns
#: those of these attachments that something frozen still refers to.
KEPT_FOR_GOOD: Registry[Callable[[Collection[int]], set[int]]] = Registry("pièces conservées")

#: Other folders of the storage: by name, the rows whose ``storage_key`` tells which of its files are still pointed to.
FOLDERS: Registry[Callable[[], Any]] = Registry("dossiers du stockage")


def may_view(object_type: str, object_id: int, actor: Actor) -> bool:
    """May ``actor`` read the files of that object?"""
    rights = ATTACHMENT_RIGHTS.get(object_type)
    return rights is not None and object_id in rights.can_view([object_id], actor)


def may_edit(object_type: str, object_id: int, actor: Actor) -> bool:
    """May ``actor`` add files to that object, and remove some?"""
    rights = ATTACHMENT_RIGHTS.get(object_type)
    return rights is not None and object_id in rights.can_edit([object_id], actor)


def tell_change(object_type: str, object_id: int) -> None:
    """A file of that object came or went: its floor is told. In a transaction."""
    if (rights := ATTACHMENT_RIGHTS.get(object_type)) is not None:
        rights.changed(object_id)
