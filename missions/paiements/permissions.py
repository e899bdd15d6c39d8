"""Who reads the invoices of a mission, and who joins them."""

from __future__ import annotations

from collections.abc import Collection

from core.actor import Actor
from missions.mission.permissions import why_not_fill
from missions.paiements.models import Paiement


def viewable(ids: Collection[int], actor: Actor) -> set[int]:
    """Of these payments, those whose files ``actor`` may read."""
    return set(Paiement.objects.visible_to(actor).filter(pk__in=ids).values_list("pk", flat=True))


def editable(ids: Collection[int], actor: Actor) -> set[int]:
    """Of these payments, those whose files ``actor`` may change: asked for, not paid yet."""
    rows = Paiement.objects.visible_to(actor).filter(pk__in=ids, paye_le=None)
    rows = rows.select_related("convention__ingenierie__pilote", "convention__choix__prestataire")
    return {row.pk for row in rows if not why_not_fill(actor, row.convention)}
