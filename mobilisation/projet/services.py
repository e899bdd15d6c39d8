"""What happens to the projet d'intervention and to its evaluation framework."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from django.db import transaction

from core import journal
from core.actor import Actor
from core.editing import apply_changes, checked, section_version
from core.models import VersionedModel
from mobilisation.projet.models import CadreEvaluation, ProjetIntervention
from projects.ingenierie.models import Ingenierie
from projects.ingenierie.services import ensure_open, own, touch, update_identite

journal.register_verbs(
    {
        "mobilisation.projet": "a modifié le projet d’intervention",
        "mobilisation.cadre": "a modifié le cadre de l’évaluation",
    }
)

M = TypeVar("M", bound=VersionedModel)


def _save_section(
    model: type[M],
    ingenierie: Ingenierie,
    *,
    actor: Actor,
    verb: str,
    expected_version: int | None,
    values: Mapping[str, Any],
) -> M:
    ensure_open(ingenierie, actor)
    with transaction.atomic():
        obj = own(model, ingenierie)
        fresh = apply_changes(
            obj,
            checked(obj, values),
            actor=actor,
            verb=verb,
            expected_version=section_version(obj, values, expected_version),
            scope=ingenierie,
        )
        touch(ingenierie.pk)
    return fresh


def update_projet(
    ingenierie: Ingenierie, *, actor: Actor, expected_version: int | None, values: Mapping[str, Any]
) -> ProjetIntervention:
    """Save some fields of the projet d'intervention (``expected_version`` 0: nothing was written yet).

    Raises ``NotAllowed``, ``InvalidInput``, ``EditConflict`` when somebody changed these very fields meanwhile.
    """
    return _save_section(
        ProjetIntervention,
        ingenierie,
        actor=actor,
        verb="mobilisation.projet",
        expected_version=expected_version,
        values=values,
    )


def update_cadre_evaluation(
    ingenierie: Ingenierie, *, actor: Actor, expected_version: int | None, values: Mapping[str, Any]
) -> CadreEvaluation:
    """Save the evaluation framework. Same errors as :func:`update_projet`."""
    return _save_section(
        CadreEvaluation,
        ingenierie,
        actor=actor,
        verb="mobilisation.cadre",
        expected_version=expected_version,
        values=values,
    )


def update_accroche(ingenierie: Ingenierie, *, actor: Actor, expected_version: int | None, accroche: str) -> Ingenierie:
    """Choose the accroche of the action: it is the ingénierie's own, and the pilot's to choose.

    Raises ``NotAllowed``, ``EditConflict``.
    """
    return update_identite(
        ingenierie, actor=actor, expected_version=expected_version, values={"accroche": accroche}, many_to_many={}
    )
