"""Who reads a fiche de suivi: the team of the dossier, the people of the prestataire."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Q

from core.actor import Actor
from missions.conventions.models import Convention
from missions.suivi.models import FicheSuivi


def viewable(ids: Collection[int], actor: Actor) -> set[int]:
    """Of these fiches, those ``actor`` may read."""
    if actor.is_system:
        return set(ids)
    team = Convention.objects.visible_to(actor).values("pk")
    mine = Convention.objects.for_prestataire(actor).values("pk")
    rows = FicheSuivi.objects.filter(Q(convention__in=team) | Q(convention__in=mine), pk__in=ids)
    return set(rows.values_list("pk", flat=True))
