"""Who reads, writes, hands over and accepts the final report of a mission."""

from __future__ import annotations

from collections.abc import Collection

from core.actor import Actor
from missions.mission.permissions import is_prestataire, why_not_fill, why_not_follow
from missions.rapports.models import RapportFinal, VersionRapport


def why_not_write(actor: Actor, rapport: RapportFinal) -> str:
    """Why ``actor`` may not write the report now, or ``""``: the prestataire does, or the team for it."""
    return why_not_fill(actor, rapport.convention) or rapport.why_frozen


def why_not_judge(actor: Actor, rapport: RapportFinal) -> str:
    """Why ``actor`` may not accept the report or ask for more, or ``""``: the team of the dossier does."""
    if is_prestataire(actor, rapport.convention) and not actor.is_system:
        return "Le rapport est accepté, ou renvoyé, par le DLA."
    return why_not_follow(actor, rapport.convention)


def viewable(ids: Collection[int], actor: Actor) -> set[int]:
    """Of these reports, those ``actor`` may read."""
    return set(RapportFinal.objects.visible_to(actor).filter(pk__in=ids).values_list("pk", flat=True))


def viewable_versions(ids: Collection[int], actor: Actor) -> set[int]:
    """Of these accepted reports, those ``actor`` may read."""
    return set(VersionRapport.objects.visible_to(actor).filter(pk__in=ids).values_list("pk", flat=True))


def editable(ids: Collection[int], actor: Actor) -> set[int]:
    """Of these reports, those whose files ``actor`` may change now."""
    rows = RapportFinal.objects.visible_to(actor).filter(pk__in=ids)
    rows = rows.select_related("convention__ingenierie__pilote", "convention__choix__prestataire")
    return {row.pk for row in rows if not why_not_write(actor, row)}
