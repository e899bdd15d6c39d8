"""Setting the rules of a région, from a day on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from consultations.regles.models import RegleRegion
from consultations.regles.permissions import why_not_rule
from core import clock, journal
from core.actor import Actor
from core.editing import apply_changes, checked, create, lock
from core.errors import InvalidInput, NotAllowed
from referentiels.models import Region

journal.register_verbs(
    {
        "consultations.regle_fixee": "a fixé la règle des appels de la région",
        "consultations.regle_modifiee": "a modifié la règle des appels de la région",
    }
)


def _check(values: Mapping[str, Any]) -> None:
    if values["invites_max"] < values["invites_min"]:
        raise InvalidInput("Le nombre d’invités au plus est inférieur au nombre au moins.")


def set_rule(region: Region, values: Mapping[str, Any], *, actor: Actor) -> RegleRegion:
    """A rule that holds from a day on; the ones before stay as they were. ``values``: depuis, invites_min,
    invites_max, cout_jour, regime.

    Raises ``NotAllowed``; ``InvalidInput`` for numbers in disorder, a day already past or that has its rule.
    """
    refusal = why_not_rule(region, actor)
    if refusal:
        raise NotAllowed(refusal)
    _check(values)
    if values["depuis"] < clock.today() and not actor.is_system:
        raise InvalidInput("Une règle commence aujourd’hui ou plus tard : ce qui est passé a suivi l’ancienne.")
    with transaction.atomic():
        if RegleRegion.objects.filter(region=region, depuis=values["depuis"]).exists():
            raise InvalidInput("Une règle commence déjà ce jour-là : modifiez-la.")
        row = RegleRegion(region=region, by_label=actor.label[:200])
        return create(row, values, actor=actor, verb="consultations.regle_fixee", scope=row)


def change_rule(
    regle: RegleRegion, values: Mapping[str, Any], *, actor: Actor, expected_version: int | None = None
) -> RegleRegion:
    """Correct a rule that does not hold yet, or that began today.

    Raises ``NotAllowed`` (also once it held for a day), ``InvalidInput``, ``EditConflict``.
    """
    refusal = why_not_rule(regle.region, actor) or why_fixed(regle)
    if refusal:
        raise NotAllowed(refusal)
    _check(values)
    with transaction.atomic():
        locked = lock(regle)
        if values["depuis"] < clock.today():
            raise InvalidInput("Une règle commence aujourd’hui ou plus tard : ce qui est passé a suivi l’ancienne.")
        others = RegleRegion.objects.filter(region=regle.region_id, depuis=values["depuis"]).exclude(pk=regle.pk)
        if others.exists():
            raise InvalidInput("Une règle commence déjà ce jour-là : modifiez-la.")
        return apply_changes(
            locked,
            checked(locked, values),
            actor=actor,
            verb="consultations.regle_modifiee",
            expected_version=expected_version,
            scope=locked,
        )


def why_fixed(regle: RegleRegion) -> str:
    """Why a rule is not changed any more, or ``""``: calls followed it."""
    if regle.depuis < clock.today():
        return "Cette règle a déjà servi : fixez-en une autre à partir d’aujourd’hui ou plus tard."
    return ""
