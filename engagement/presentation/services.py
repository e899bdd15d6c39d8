"""The action beside the structures, as it is envisaged."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django.db import transaction

from core import journal
from core.actor import Actor
from core.editing import apply_changes, checked, lock
from core.errors import InvalidInput
from engagement.presentation.models import ActionStructures
from projects.ingenierie.models import Ingenierie
from projects.ingenierie.services import ensure_open, own, touch
from referentiels.models import DetailPrestation

journal.register_verbs({"engagement.action": "a modifié l’action auprès des structures"})


def update_action(
    ingenierie: Ingenierie,
    values: Mapping[str, Any],
    *,
    actor: Actor,
    details: Collection[DetailPrestation] | None = None,
    expected_version: int | None = None,
) -> ActionStructures:
    """Save what is envisaged beside the structures; ``details`` replaces the detailed contents (``None`` keeps them).

    ``expected_version`` 0: nothing was written yet. Raises ``NotAllowed``, ``InvalidInput``, ``EditConflict``.
    """
    ensure_open(ingenierie, actor)
    many = {}
    if details is not None:
        themes = set(ingenierie.themes.values_list("pk", flat=True))
        if any(detail.type_prestation_id not in themes for detail in details):
            raise InvalidInput("Un contenu détaillé se choisit sous un thème de l’ingénierie.")
        many["details"] = list(details)
    with transaction.atomic():
        row = lock(own(ActionStructures, ingenierie), expected_version)
        row = apply_changes(
            row,
            checked(row, values),
            actor=actor,
            verb="engagement.action",
            expected_version=expected_version,
            scope=ingenierie,
            many_to_many=many,
        )
        touch(ingenierie.pk)
    return row
