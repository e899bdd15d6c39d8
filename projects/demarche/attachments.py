"""Rights over the files attached to the actions of the démarche: those of their ingénierie."""

from __future__ import annotations

from collections.abc import Collection

from django.urls import reverse

from core.actor import Actor
from core.uploads import AttachmentRights
from projects.demarche.models import ChecklistItem
from projects.ingenierie.attachments import readable, writable


def _items(rule):
    def of_items(ids: Collection[int], actor: Actor) -> set[int]:
        pairs = dict(ChecklistItem.objects.filter(pk__in=ids).values_list("pk", "ingenierie_id"))
        allowed = rule(set(pairs.values()), actor)
        return {pk for pk, ingenierie in pairs.items() if ingenierie in allowed}

    return of_items


ITEM_FILES = AttachmentRights(
    can_view=_items(readable),
    can_edit=_items(writable),
    scope=lambda obj: obj.ingenierie,
    url=lambda obj: reverse("projects:item", args=[obj.ingenierie_id, obj.pk]),
)
