"""What happens to the scenarios.

Scenarios are chosen against one another: every service that changes one takes the row of the ingénierie first, so that
two of them never wait for each other.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from core import journal
from core.actor import Actor
from core.editing import apply_changes, checked, create, lock, remove
from core.errors import InvalidInput, StaleState
from mobilisation.scenarios.models import DateScenario, Scenario
from projects.ingenierie.models import Ingenierie
from projects.ingenierie.services import ensure_open, touch

journal.register_verbs(
    {
        "mobilisation.scenario": "a modifié un scénario d’intervention",
        "mobilisation.scenario_ajoute": "a proposé un scénario d’intervention",
        "mobilisation.scenario_retire": "a retiré un scénario d’intervention",
        "mobilisation.scenario_retenu": "a retenu un scénario d’intervention",
        "mobilisation.scenario_ecarte": "n’a plus retenu un scénario d’intervention",
        "mobilisation.seance_ajoutee": "a donné la date d’une séance d’un scénario",
        "mobilisation.seance_retiree": "a retiré la date d’une séance d’un scénario",
    }
)

#: Sessions of one scenario, at most.
MOST_DATES = 60


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


def add_date(scenario: Scenario, values: Mapping[str, Any], *, actor: Actor) -> DateScenario:
    """Add a session to a scenario: ``date``, ``heure_debut``, ``heure_fin``, ``objet``, ``lieu``.

    Raises ``NotAllowed``, ``InvalidInput``, ``StaleState`` when the scenario is gone.
    """
    ensure_open(scenario.ingenierie, actor)
    with transaction.atomic():
        lock(scenario)
        if scenario.seances.count() >= MOST_DATES:
            raise InvalidInput(f"Un scénario a {MOST_DATES} séances au plus.")
        row = create(
            DateScenario(scenario=scenario),
            values,
            actor=actor,
            verb="mobilisation.seance_ajoutee",
            scope=scenario.ingenierie,
        )
        touch(scenario.ingenierie_id)
    return row


def remove_date(row: DateScenario, *, actor: Actor) -> None:
    """Take a session off its scenario. Raises ``NotAllowed``; nothing happens the second time."""
    ingenierie = row.scenario.ingenierie
    ensure_open(ingenierie, actor)
    with transaction.atomic():
        lock(row.scenario)
        found = DateScenario.objects.filter(pk=row.pk).first()
        if found is None:
            return  # the other half of a double click
        remove(found, actor=actor, verb="mobilisation.seance_retiree", scope=ingenierie)
        touch(ingenierie.pk)
