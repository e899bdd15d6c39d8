"""Rights over the files attached to an ingénierie and to the actions of its démarche."""

from __future__ import annotations

from collections.abc import Collection

from django.urls import reverse

from core.actor import Actor
from core.uploads import AttachmentRights
from projects import permissions
from projects.enums import OPEN_STATES
from projects.models import ChecklistItem, Ingenierie


def readable(ids: Collection[int], actor: Actor) -> set[int]:
    """Those of the ingénieries ``ids`` the actor may read whole."""
    return set(Ingenierie.objects.visible_to(actor).filter(pk__in=ids).values_list("pk", flat=True))


def writable(ids: Collection[int], actor: Actor) -> set[int]:
    """Those of the ingénieries ``ids`` the actor may write in now: contributor, and open."""
    found = Ingenierie.objects.visible_to(actor).filter(pk__in=ids, state__in=OPEN_STATES)
    found = found.select_related("pilote").prefetch_related("associes")
    return {i.pk for i in found if permissions.can_contribute(actor, i)}


def _items(rule):
    def of_items(ids: Collection[int], actor: Actor) -> set[int]:
        pairs = dict(ChecklistItem.objects.filter(pk__in=ids).values_list("pk", "ingenierie_id"))
        allowed = rule(set(pairs.values()), actor)
        return {pk for pk, ingenierie in pairs.items() if ingenierie in allowed}

    return of_items


INGENIERIE_FILES = AttachmentRights(
    can_view=readable, can_edit=writable, url=lambda obj: reverse("projects:documents", args=[obj.pk])
)
ITEM_FILES = AttachmentRights(
    can_view=_items(readable),
    can_edit=_items(writable),
    scope=lambda obj: obj.ingenierie,
    url=lambda obj: reverse("projects:item", args=[obj.ingenierie_id, obj.pk]),
)
