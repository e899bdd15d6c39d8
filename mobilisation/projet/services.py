"""What happens to the projet d'intervention, its scenarios, its groups and its evaluation framework."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from django.db import transaction

from core import journal
from core.actor import Actor
from core.editing import apply_changes, checked, create, lock, remove, section_version
from core.errors import InvalidInput, StaleState
from core.models import VersionedModel
from mobilisation.models import CadreEvaluation, Groupe, MembreGroupe, ProjetIntervention, Scenario
from projects.enums import EtatMobilisation
from projects.models import Ingenierie, StructureCiblee
from projects.services import touch, update_identite
from projects.services.ingenierie import ensure_open, own

journal.register_verbs(
    {
        "mobilisation.projet": "a modifié le projet d’intervention",
        "mobilisation.cadre": "a modifié le cadre de l’évaluation",
        "mobilisation.scenario": "a modifié un scénario d’intervention",
        "mobilisation.scenario_ajoute": "a proposé un scénario d’intervention",
        "mobilisation.scenario_retire": "a retiré un scénario d’intervention",
        "mobilisation.scenario_retenu": "a retenu un scénario d’intervention",
        "mobilisation.scenario_ecarte": "n’a plus retenu un scénario d’intervention",
        "mobilisation.groupe": "a modifié un groupe de structures",
        "mobilisation.groupe_ajoute": "a constitué un groupe de structures",
        "mobilisation.groupe_retire": "a défait un groupe de structures",
    }
)

# Groups and scenarios are chosen against one another: every service takes the row of the ingénierie first, so that two
# of them never wait for each other.

#: States in which a structure may be put in a group.
MOBILISABLES = (
    EtatMobilisation.REPEREE,
    EtatMobilisation.CONTACTEE,
    EtatMobilisation.INTERESSEE,
    EtatMobilisation.CONFIRMEE,
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


# --- Scenarios ------------------------------------------------------------------------------------------------------


def add_scenario(ingenierie: Ingenierie, *, actor: Actor, values: Mapping[str, Any]) -> Scenario:
    """Propose one more scenario."""
    ensure_open(ingenierie, actor)
    with transaction.atomic():
        scenario = Scenario(ingenierie=ingenierie)
        create(scenario, values, actor=actor, verb="mobilisation.scenario_ajoute", scope=ingenierie)
        touch(ingenierie.pk)
    return scenario


def update_scenario(
    scenario: Scenario, *, actor: Actor, expected_version: int | None, values: Mapping[str, Any]
) -> Scenario:
    """Change a scenario. Raises ``NotAllowed``, ``InvalidInput``, ``EditConflict``."""
    ensure_open(scenario.ingenierie, actor)
    with transaction.atomic():
        lock(scenario.ingenierie)
        fresh = apply_changes(
            scenario,
            checked(scenario, values),
            actor=actor,
            verb="mobilisation.scenario",
            expected_version=expected_version,
            scope=scenario.ingenierie,
        )
        touch(scenario.ingenierie_id)
    return fresh


def remove_scenario(scenario: Scenario, *, actor: Actor) -> None:
    """Withdraw a scenario; what it said stays in the journal. Raises ``StaleState`` when it is already gone."""
    ensure_open(scenario.ingenierie, actor)
    with transaction.atomic():
        lock(scenario.ingenierie)
        remove(lock(scenario), actor=actor, verb="mobilisation.scenario_retire", scope=scenario.ingenierie)
        touch(scenario.ingenierie_id)


def keep_scenario(scenario: Scenario, *, actor: Actor) -> Scenario:
    """Keep this scenario, and no other. Nothing happens when it is already kept."""
    ensure_open(scenario.ingenierie, actor)
    with transaction.atomic():
        # The ingénierie is the lock of the choice: two people cannot keep two scenarios.
        lock(scenario.ingenierie)
        scope = scenario.ingenierie
        if not Scenario.objects.filter(pk=scenario.pk).exists():
            raise StaleState("Ce scénario a été retiré entre-temps.")
        for other in Scenario.objects.filter(ingenierie=scope, retenu=True).exclude(pk=scenario.pk):
            apply_changes(
                other,
                {"retenu": False},
                actor=actor,
                verb="mobilisation.scenario_ecarte",
                expected_version=None,
                scope=scope,
            )
        fresh = apply_changes(
            scenario,
            {"retenu": True},
            actor=actor,
            verb="mobilisation.scenario_retenu",
            expected_version=None,
            scope=scope,
        )
        touch(scope.pk)
    return fresh


# --- Groups ---------------------------------------------------------------------------------------------------------


def _members(ingenierie: Ingenierie, structures: Iterable[StructureCiblee]) -> list[StructureCiblee]:
    chosen = list(structures)
    if any(s.ingenierie_id != ingenierie.pk for s in chosen):
        raise InvalidInput("Un groupe ne réunit que des structures de cette ingénierie.")
    return chosen


def _take_from_others(groupe: Groupe, chosen: list[StructureCiblee], actor: Actor) -> None:
    """A structure put in a group leaves the one it was in, which says so in the journal."""
    elsewhere = MembreGroupe.objects.filter(structure_ciblee__in=chosen).exclude(groupe=groupe)
    for other in Groupe.objects.filter(membres__in=elsewhere).distinct().order_by("pk"):
        left = [s for s in other.structures.select_related("structure") if s not in chosen]
        apply_changes(
            other,
            {},
            actor=actor,
            verb="mobilisation.groupe",
            expected_version=None,
            scope=groupe.ingenierie,
            many_to_many={"structures": left},
        )


def add_groupe(
    ingenierie: Ingenierie,
    *,
    actor: Actor,
    values: Mapping[str, Any],
    structures: Iterable[StructureCiblee] = (),
) -> Groupe:
    """Constitute a group; structures that were in another one leave it.

    Raises ``NotAllowed``, ``InvalidInput`` (name already taken, structure of another ingénierie).
    """
    ensure_open(ingenierie, actor)
    chosen = _members(ingenierie, structures)
    with transaction.atomic():
        lock(ingenierie)
        groupe = Groupe(ingenierie=ingenierie)
        # In two steps: the group exists before the structures move.
        create(groupe, values, actor=actor, verb="mobilisation.groupe_ajoute", scope=ingenierie)
        if chosen:
            _take_from_others(groupe, chosen, actor)
            groupe = apply_changes(
                groupe,
                {},
                actor=actor,
                verb="mobilisation.groupe",
                expected_version=None,
                scope=ingenierie,
                many_to_many={"structures": chosen},
            )
        touch(ingenierie.pk)
    return groupe


def update_groupe(
    groupe: Groupe,
    *,
    actor: Actor,
    expected_version: int | None,
    values: Mapping[str, Any],
    structures: Iterable[StructureCiblee] | None = None,
) -> Groupe:
    """Change a group, and its structures unless ``None``. Raises as :func:`add_groupe`, and ``EditConflict``."""
    ensure_open(groupe.ingenierie, actor)
    chosen = None if structures is None else _members(groupe.ingenierie, structures)
    with transaction.atomic():
        lock(groupe.ingenierie)
        if chosen:
            _take_from_others(groupe, chosen, actor)
        fresh = apply_changes(
            groupe,
            checked(groupe, values),
            actor=actor,
            verb="mobilisation.groupe",
            expected_version=expected_version,
            scope=groupe.ingenierie,
            many_to_many={} if chosen is None else {"structures": chosen},
        )
        touch(groupe.ingenierie_id)
    return fresh


def remove_groupe(groupe: Groupe, *, actor: Actor) -> None:
    """Undo a group: its structures stay in the ingénierie. Raises ``StaleState`` when it is already gone."""
    ensure_open(groupe.ingenierie, actor)
    with transaction.atomic():
        lock(groupe.ingenierie)
        remove(lock(groupe), actor=actor, verb="mobilisation.groupe_retire", scope=groupe.ingenierie)
        touch(groupe.ingenierie_id)


def move_membership(kept: StructureCiblee, gone: StructureCiblee, actor: Actor) -> int:
    """Two targeted structures become one (``core.merging``): the one that is kept stays in its group, or takes the
    other's."""
    memberships = MembreGroupe.objects.filter(structure_ciblee=gone)
    if MembreGroupe.objects.filter(structure_ciblee=kept).exists():
        memberships.delete()
        return 0
    return memberships.update(structure_ciblee=kept)
