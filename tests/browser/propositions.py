"""Where the pages of the propositions are found in the demonstration data."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def _mine(world: Any) -> Any:
    from consultations.propositions.models import Proposition

    return Proposition.objects.for_actor(world.actor("candidat")).order_by("-pk").first()


def page(world: Any) -> dict:
    """The proposition that this person writes."""
    return {"pk": _mine(world).invitation_id}


def section(code: str) -> Callable[[Any], dict]:
    """A section of it."""
    return lambda world: {**page(world), "code": code}


def stage(world: Any) -> dict:
    """Its first stage."""
    return {**page(world), "liste": "etapes", "cle": _mine(world).brouillon["etapes"][0]["cle"]}


def opened(world: Any) -> dict:
    """The opening of a call."""
    appel = world.in_any_project("consultations.Appel", ouverture__isnull=False)
    return {"pk": appel.ingenierie_id, "appel_pk": appel.pk}


def opened_one(world: Any) -> dict:
    """One of the propositions opened there."""
    from consultations.propositions.models import PropositionOuverte

    found = opened(world)
    return {**found, "proposition_pk": PropositionOuverte.objects.filter(appel=found["appel_pk"]).first().pk}
