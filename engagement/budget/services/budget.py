"""The whole of the budget: what guards it, what is said of it, its confirmation. Euros, exact cents.

Lines are in :mod:`.lignes`, scenarios in :mod:`.scenarios`: both open the budget here, count their change and
settle its totals, in one transaction under one version.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db import transaction

from core import clock, journal
from core.actor import Actor
from core.editing import changed_meanwhile, checked, lock
from core.errors import ConditionsNotMet, NotAllowed
from core.models import JournalEntry
from engagement.budget import summary
from engagement.budget.models import Budget, LigneCharge, LigneRessource, ScenarioBudget, ValorisationTemps
from engagement.budget.partage import partager
from projects.ingenierie.models import Ingenierie
from projects.ingenierie.permissions import why_not_pilot
from projects.ingenierie.services import ensure_open, own, touch

journal.register_verbs(
    {
        "engagement.budget": "a modifié les données générales du budget",
        "engagement.budget_confirme": "a confirmé le budget d’intervention",
        "engagement.budget_deconfirme": "est revenu sur la confirmation du budget",
    }
)

LIGNES: tuple[type, ...] = (LigneCharge, LigneRessource, ValorisationTemps)
#: Name of the scenario that exists as soon as something is written.
PREMIER = "Scénario 1"


def entries_since(ingenierie: Ingenierie, version: int) -> list[JournalEntry]:
    """What was done to the budget, its scenarios and lines after its version ``version``, oldest first (at most 20)."""
    types = [model._meta.label_lower for model in (Budget, ScenarioBudget, *LIGNES)]
    return list(
        JournalEntry.objects.filter(
            scope_type=ingenierie._meta.label_lower,
            scope_id=ingenierie.pk,
            object_type__in=types,
            object_version__gt=version,
        ).order_by("at", "pk")[:20]
    )


def open_budget(ingenierie: Ingenierie, actor: Actor, expected_version: int | None, *, typed: bool = True) -> Budget:
    """The locked budget, inside the caller's transaction.

    Raises ``NotAllowed``, and ``EditConflict`` (``StaleState`` for a button, with nothing ``typed``).
    """
    ensure_open(ingenierie, actor)
    lock(ingenierie)
    locked = lock(own(Budget, ingenierie))
    if expected_version is not None and expected_version != locked.version:
        raise changed_meanwhile(locked, entries_since(ingenierie, expected_version), typed=typed)
    return locked


def kept_scenario(ingenierie: Ingenierie) -> ScenarioBudget:
    """The scenario that is kept, made when nothing was written yet. Inside the caller's transaction."""
    return ScenarioBudget.objects.get_or_create(ingenierie=ingenierie, retenu=True, defaults={"nom": PREMIER})[0]


def count_change(budget: Budget, ingenierie: Ingenierie, actor: Actor, *, kept: bool = True) -> None:
    """Count a change. One of what is ``kept`` takes the confirmation away, and the journal says so."""
    budget.version += 1
    if kept and budget.confirme_le is not None:
        changes = {"confirme_le": (budget.confirme_le, None), "confirme_par": (budget.confirme_par, "")}
        budget.confirme_le, budget.confirme_par = None, ""
        journal.record(
            actor,
            "engagement.budget_deconfirme",
            budget,
            scope=ingenierie,
            changes=changes,
            reason="Le budget a été modifié : il est à confirmer de nouveau.",
        )


def _share(ingenierie: Ingenierie, budget: Budget, actor: Actor) -> None:
    """Every ressource that is a share of the charges, and not decided yet, asks for what it comes to now."""
    shares: dict[int, list[LigneRessource]] = {}
    rows = LigneRessource.objects.filter(ingenierie=ingenierie, obtenu__isnull=True).exclude(part="")
    for row in rows.select_related("scenario", "partenaire__partenaire", "dla"):
        shares.setdefault(row.scenario_id, []).append(row)
    for scenario, lines in shares.items():
        total = sum(LigneCharge.objects.filter(scenario=scenario).values_list("compte", flat=True), Decimal("0.00"))
        for line, amount in zip(lines, partager(total, [line.part for line in lines]), strict=True):
            if not amount or amount == line.demande:
                continue  # without charges, there is nothing to ask a share of
            before, line.demande, line.version = line.demande, amount, budget.version
            line.save(update_fields=["demande"])
            journal.record(
                actor,
                "engagement.ligne",
                line,
                scope=ingenierie,
                changes={"demande": (before, amount)},
                reason="Part calculée de nouveau sur les charges.",
            )


def settle(budget: Budget, ingenierie: Ingenierie, actor: Actor) -> None:
    """Reckon the shares again, write the totals of the kept scenario on ``budget``, save it, date the activity of the
    ingénierie."""
    _share(ingenierie, budget, actor)
    kept = {"ingenierie": ingenierie, "scenario__retenu": True}
    charges = LigneCharge.objects.filter(**kept).values_list("compte", "mele")
    ressources = list(LigneRessource.objects.filter(**kept).only("demande", "obtenu", "mele"))
    budget.total_charges = sum((compte for compte, _ in charges), Decimal("0.00"))
    budget.total_ressources = sum((r.compte for r in ressources), Decimal("0.00"))
    budget.montants_meles = sum(mele for _, mele in charges) + sum(r.mele for r in ressources)
    budget.save()
    touch(ingenierie.pk)


def _recount_lines(ingenierie: Ingenierie, regime: str) -> None:
    """Every line says again what it counts for, in the new regime."""
    for model, fields in ((LigneCharge, ["compte", "mele"]), (LigneRessource, ["mele"])):
        rows = list(model.objects.filter(ingenierie=ingenierie))
        for row in rows:
            row.count_in(regime)
        model.objects.bulk_update(rows, fields)


def update_budget(
    ingenierie: Ingenierie, values: Mapping[str, Any], *, actor: Actor, expected_version: int | None = None
) -> Budget:
    """Change what is said of the whole: ``regime``, ``tva_note``, ``convention``, ``non_superposition``,
    ``commentaire``.

    Another ``regime`` converts the charges whose rate is known; the others stay as typed and are told as mixed.
    Raises ``NotAllowed``, ``InvalidInput``, ``EditConflict``.
    """
    with transaction.atomic():
        budget = open_budget(ingenierie, actor, expected_version)
        values = checked(budget, values)
        changes = {n: (getattr(budget, n), v) for n, v in values.items() if getattr(budget, n) != v}
        if changes:
            for name, (_, after) in changes.items():
                setattr(budget, name, after)
            if "regime" in changes:
                _recount_lines(ingenierie, budget.regime)
            count_change(budget, ingenierie, actor)
            settle(budget, ingenierie, actor)
            journal.record(actor, "engagement.budget", budget, scope=ingenierie, changes=changes)
    return budget


def refuse_unless_pilot(ingenierie: Ingenierie, actor: Actor) -> None:
    """Raise ``NotAllowed`` unless ``actor`` decides for the ingénierie."""
    refusal = why_not_pilot(actor, ingenierie)
    if refusal:
        raise NotAllowed(refusal)


def confirm_budget(ingenierie: Ingenierie, *, actor: Actor, expected_version: int | None = None) -> Budget:
    """« Confirmer le budget d'intervention » (000, démarche 3/4): the pilot's word on the kept scenario, balanced.

    Confirming twice changes nothing. Raises ``NotAllowed``, ``ConditionsNotMet`` (not balanced), ``StaleState``.
    """
    refuse_unless_pilot(ingenierie, actor)
    with transaction.atomic():
        budget = open_budget(ingenierie, actor, expected_version, typed=False)
        if budget.confirme_le is not None:
            return budget
        balance = summary.budget_of(ingenierie.pk).balance
        if not balance.equilibre:
            raise ConditionsNotMet("Seul un budget équilibré se confirme.", reasons=[balance.phrase])
        budget.confirme_le, budget.confirme_par = clock.now(), actor.label[:200]
        budget.version += 1
        budget.save()
        journal.record(
            actor,
            "engagement.budget_confirme",
            budget,
            scope=ingenierie,
            changes={"confirme_le": (None, budget.confirme_le), "confirme_par": ("", budget.confirme_par)},
        )
        touch(ingenierie.pk)
    return budget


def unconfirm_budget(ingenierie: Ingenierie, *, actor: Actor, expected_version: int | None = None) -> Budget:
    """Take back the confirmation. Raises ``NotAllowed``, ``StaleState``."""
    refuse_unless_pilot(ingenierie, actor)
    with transaction.atomic():
        budget = open_budget(ingenierie, actor, expected_version, typed=False)
        if budget.confirme_le is not None:
            changes = {"confirme_le": (budget.confirme_le, None), "confirme_par": (budget.confirme_par, "")}
            budget.confirme_le, budget.confirme_par = None, ""
            budget.version += 1
            budget.save()
            journal.record(actor, "engagement.budget_deconfirme", budget, scope=ingenierie, changes=changes)
            touch(ingenierie.pk)
    return budget
