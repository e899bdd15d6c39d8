"""Where the pages of the calls to prestataires are found in the demonstration data, and who is invited there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

APPEL = "consultations.Appel"


def appel(state: str = "ouvert", mode: str = "complete", related: str = "", name: str = "", **filters: Any) -> Callable:
    """A call in this state and mode; with one of its ``related`` objects under ``name`` in the address."""

    def find(world: Any) -> dict:
        wanted = {"mode": mode} if mode else {}
        found = world.in_any_project(APPEL, state=state, **wanted)
        told = {"pk": found.ingenierie_id, "appel_pk": found.pk}
        if related:
            told[name] = getattr(found, related).filter(**filters).order_by("pk").first().pk
        return told

    return find


def _invitation(mode: str) -> Any:
    from consultations.appel.models import Invitation

    rows = Invitation.objects.filter(appel__state="ouvert", appel__mode=mode, envoyee_at__isnull=False, decline_at=None)
    found = rows.order_by("pk").first()
    assert found, f"les données de démonstration n’ont aucun appel ouvert ({mode})"
    return found


def invited(mode: str = "complete") -> Callable[[Any], dict]:
    """The invitation of the role « candidat » (or « candidat_simplifie »)."""
    return lambda world: {"pk": _invitation(mode).pk}


def person(mode: str) -> Any:
    """Who answers for the prestataire of :func:`invited`."""
    members = _invitation(mode).prestataire.membres.active()
    return members.order_by("role", "pk").first().user


def rule(world: Any) -> dict:
    """A rule of the C2RA's région that does not hold yet."""
    from consultations.regles.models import RegleRegion

    region = world.user("c2ra").active_membership.organisation.region_id
    return {"pk": RegleRegion.objects.filter(region=region).order_by("-depuis").first().pk}
