"""Rights over the files attached to an ingénierie, that those of its parts follow."""

from __future__ import annotations

from collections.abc import Collection

from django.urls import reverse

from core.actor import Actor
from core.uploads import AttachmentRights
from projects.enums import OPEN_STATES
from projects.ingenierie import permissions
from projects.ingenierie.models import Ingenierie


def readable(ids: Collection[int], actor: Actor) -> set[int]:
    """Those of the ingénieries ``ids`` the actor may read whole."""
    return set(Ingenierie.objects.visible_to(actor).filter(pk__in=ids).values_list("pk", flat=True))


def writable(ids: Collection[int], actor: Actor) -> set[int]:
    """Those of the ingénieries ``ids`` the actor may write in now: contributor, and open."""
    found = Ingenierie.objects.visible_to(actor).filter(pk__in=ids, state__in=OPEN_STATES)
    found = found.select_related("pilote").prefetch_related("associes")
    return {i.pk for i in found if permissions.can_contribute(actor, i)}


INGENIERIE_FILES = AttachmentRights(
    can_view=readable, can_edit=writable, url=lambda obj: reverse("projects:documents", args=[obj.pk])
)
