"""Who reads and hands over productions: the team of the dossier, and the people of the prestataire."""

from __future__ import annotations

from collections.abc import Collection

from core.actor import Actor
from missions.conventions.models import Convention
from missions.mission.permissions import why_not_fill
from missions.productions.models import Production
from missions.productions.registry import CITEES


def why_not_change(production: Production) -> str:
    """Why ``production`` does not change any more, or ``""``."""
    if production.receptions.exists():
        return "Une structure a dit l’avoir reçue : ce qui change se remet comme une autre production."
    if any(production.pk in cited(production.convention) for cited in CITEES):
        return "Le rapport accepté la cite : ce qui change se remet comme une autre production."
    return ""


def why_not_write(actor: Actor, convention: Convention, production: Production | None = None) -> str:
    """Why ``actor`` may not hand over something in the mission (or change ``production``), or ``""``."""
    return why_not_fill(actor, convention) or (why_not_change(production) if production is not None else "")


def viewable(ids: Collection[int], actor: Actor) -> set[int]:
    """Of these productions, those whose files ``actor`` may read."""
    return set(Production.objects.visible_to(actor).filter(pk__in=ids).values_list("pk", flat=True))


def editable(ids: Collection[int], actor: Actor) -> set[int]:
    """Of these productions, those whose files ``actor`` may change now."""
    rows = Production.objects.visible_to(actor).filter(pk__in=ids)
    rows = rows.select_related("convention__ingenierie__pilote", "convention__choix__prestataire")
    return {row.pk for row in rows if not why_not_write(actor, row.convention, row)}
