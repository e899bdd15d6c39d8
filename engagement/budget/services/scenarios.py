"""Scenarios of the budget: several ways of paying, one of them kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import Max

from core import journal
from core.actor import Actor
from core.editing import checked, filled, lock
from core.errors import InvalidInput
from core.formats import format_money_plain
from engagement.budget.models import LigneCharge, LigneRessource, ScenarioBudget, ValorisationTemps
from engagement.budget.services.budget import LIGNES, count_change, kept_scenario, open_budget, settle
from projects.ingenierie.models import Ingenierie

journal.register_verbs(
    {
        "engagement.scenario_budget_ajoute": "a ajouté un scénario de budget",
        "engagement.scenario_budget": "a modifié un scénario de budget",
        "engagement.scenario_budget_retenu": "a retenu un scénario de budget",
        "engagement.scenario_budget_retire": "a retiré un scénario de budget",
    }
)

SCENARIOS_MAX = 8


def _copy_lines(source: ScenarioBudget, target: ScenarioBudget) -> None:
    for model in LIGNES:
        rows = list(model.objects.filter(scenario=source))
        for row in rows:
            row.pk, row._state.adding, row.scenario = None, True, target
        model.objects.bulk_create(rows)


def add_scenario_budget(
    ingenierie: Ingenierie,
    values: Mapping[str, Any],
    *,
    actor: Actor,
    copy_of: ScenarioBudget | None = None,
    expected_version: int | None = None,
) -> ScenarioBudget:
    """Add a scenario beside the kept one: ``nom``, ``commentaire``; with the lines of ``copy_of`` when it is given.

    Raises ``NotAllowed``, ``InvalidInput`` (same name, too many, copy of another ingénierie), ``EditConflict``.
    """
    with transaction.atomic():
        budget = open_budget(ingenierie, actor, expected_version)
        kept_scenario(ingenierie)
        rows = ScenarioBudget.objects.filter(ingenierie=ingenierie)
        if rows.count() >= SCENARIOS_MAX:
            raise InvalidInput(f"{SCENARIOS_MAX} scénarios au plus : retirez-en un.")
        if copy_of is not None and copy_of.ingenierie_id != ingenierie.pk:
            raise InvalidInput("Ce scénario est celui d’une autre ingénierie.")
        scenario = ScenarioBudget(ingenierie=ingenierie, position=(rows.aggregate(n=Max("position"))["n"] or 0) + 1)
        for name, value in checked(scenario, values).items():
            setattr(scenario, name, value)
        scenario.save()
        if copy_of is not None:
            _copy_lines(copy_of, scenario)
        count_change(budget, ingenierie, actor, kept=False)
        settle(budget, ingenierie, actor)
        scenario.version = budget.version
        journal.record(
            actor,
            "engagement.scenario_budget_ajoute",
            scenario,
            scope=ingenierie,
            changes={name: (None, value) for name, value in filled(scenario).items()},
            reason=f"Copie de « {copy_of} »." if copy_of is not None else "",
        )
    return scenario


def update_scenario_budget(
    scenario: ScenarioBudget, values: Mapping[str, Any], *, actor: Actor, expected_version: int | None
) -> ScenarioBudget:
    """Change the name or the comment; ``expected_version`` is the budget's. Raises as :func:`add_scenario_budget`."""
    ingenierie = scenario.ingenierie
    with transaction.atomic():
        budget = open_budget(ingenierie, actor, expected_version)
        locked = lock(scenario)
        values = checked(locked, values)
        changes = {n: (getattr(locked, n), v) for n, v in values.items() if getattr(locked, n) != v}
        if changes:
            for name, (_, after) in changes.items():
                setattr(locked, name, after)
            locked.save()
            # Its name is no amount: what was confirmed still holds.
            count_change(budget, ingenierie, actor, kept=False)
            settle(budget, ingenierie, actor)
            locked.version = budget.version
            journal.record(actor, "engagement.scenario_budget", locked, scope=ingenierie, changes=changes)
    return locked


def keep_scenario_budget(
    scenario: ScenarioBudget, *, actor: Actor, expected_version: int | None = None
) -> ScenarioBudget:
    """Keep this scenario: it becomes the budget that gates and documents read. Keeping it twice changes nothing.

    Raises ``NotAllowed``, ``StaleState``.
    """
    ingenierie = scenario.ingenierie
    with transaction.atomic():
        budget = open_budget(ingenierie, actor, expected_version, typed=False)
        locked = lock(scenario)
        if locked.retenu:
            return locked
        before = kept_scenario(ingenierie)
        ScenarioBudget.objects.filter(pk=before.pk).update(retenu=False)
        locked.retenu = True
        locked.save()
        count_change(budget, ingenierie, actor)
        settle(budget, ingenierie, actor)
        locked.version = budget.version
        journal.record(
            actor,
            "engagement.scenario_budget_retenu",
            locked,
            scope=ingenierie,
            changes={"retenu": (False, True)},
            reason=f"À la place de « {before} ».",
        )
    return locked


def _told(scenario: ScenarioBudget) -> str:
    """The lines of a scenario, one per line of text, for the journal."""
    told = [f"{c} : {format_money_plain(c.montant)}" for c in LigneCharge.objects.filter(scenario=scenario)]
    ressources = LigneRessource.objects.filter(scenario=scenario).select_related("partenaire__partenaire", "dla")
    told += [f"{r.nom} : {format_money_plain(r.compte)}" for r in ressources]
    told += [f"{v} : {v.jours} j" for v in ValorisationTemps.objects.filter(scenario=scenario)]
    return "\n".join(told)


def remove_scenario_budget(scenario: ScenarioBudget, *, actor: Actor, expected_version: int | None) -> None:
    """Take out a scenario that is not kept; the journal keeps what its lines said.

    Raises ``NotAllowed``, ``InvalidInput`` (the kept one), ``StaleState``.
    """
    ingenierie = scenario.ingenierie
    with transaction.atomic():
        budget = open_budget(ingenierie, actor, expected_version, typed=False)
        locked = lock(scenario)
        if locked.retenu:
            raise InvalidInput("Ce scénario est retenu : retenez-en un autre avant de le retirer.")
        count_change(budget, ingenierie, actor, kept=False)
        locked.version = budget.version
        changes = {name: (value, None) for name, value in filled(locked).items()}
        lines = _told(locked)
        if lines:
            changes["lignes"] = (lines, None)
        journal.record(actor, "engagement.scenario_budget_retire", locked, scope=ingenierie, changes=changes)
        locked.delete()
        settle(budget, ingenierie, actor)
