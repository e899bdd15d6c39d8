"""Who may read and write the files of a cahier des charges. The cahier itself follows its ingénierie."""

from __future__ import annotations

from collections.abc import Collection

from consultations.cahier.enums import EtatCahier
from consultations.cahier.models import CahierDesCharges, VersionDiffusee
from core.actor import Actor
from projects.enums import OPEN_STATES
from projects.ingenierie import permissions


def viewable(ids: Collection[int], actor: Actor) -> set[int]:
    """Of these cahiers, those ``actor`` may read."""
    return set(CahierDesCharges.objects.visible_to(actor).filter(pk__in=ids).values_list("pk", flat=True))


def viewable_versions(ids: Collection[int], actor: Actor) -> set[int]:
    """Of these diffused versions, those ``actor`` may read."""
    return set(VersionDiffusee.objects.visible_to(actor).filter(pk__in=ids).values_list("pk", flat=True))


def editable(ids: Collection[int], actor: Actor) -> set[int]:
    """Of these cahiers, those whose text and files ``actor`` may change now: contributors, while it is written."""
    rows = (
        CahierDesCharges.objects.visible_to(actor)
        .filter(pk__in=ids, state=EtatCahier.BROUILLON, ingenierie__state__in=OPEN_STATES)
        .select_related("ingenierie__pilote", "ingenierie__referent")
        .prefetch_related("ingenierie__associes")
    )
    return {row.pk for row in rows if permissions.can_contribute(actor, row.ingenierie)}
