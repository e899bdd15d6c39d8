"""The budget: lines added, changed and removed under one version; confirmation. Euros, exact cents."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import Max

from core import clock, journal
from core.actor import Actor
from core.errors import ConditionsNotMet, EditConflict, InvalidInput, NotAllowed, StaleState
from core.models import JournalEntry
from engagement import summary
from engagement.enums import NatureRessource
from engagement.models import Budget, LigneCharge, LigneRessource, ValorisationTemps
from engagement.services.common import CONFLICT, STALE, checked, create, own, remove, told
from projects.models import Ingenierie
from projects.permissions import why_not_pilot
from projects.services.ingenierie import ensure_open, lock, touch

journal.register_verbs(
    {
        "engagement.budget": "a modifié les données générales du budget",
        "engagement.ligne_ajoutee": "a ajouté une ligne au budget",
        "engagement.ligne": "a modifié une ligne du budget",
        "engagement.ligne_retiree": "a retiré une ligne du budget",
        "engagement.budget_confirme": "a confirmé le budget d’intervention",
        "engagement.budget_deconfirme": "est revenu sur la confirmation du budget",
    }
)

LIGNES: tuple[type, ...] = (LigneCharge, LigneRessource, ValorisationTemps)
LIGNES_MAX = 200
TypeLigne = TypeVar("TypeLigne", LigneCharge, LigneRessource, ValorisationTemps)


def entries_since(ingenierie: Ingenierie, version: int) -> list[JournalEntry]:
    """What was done to the budget and its lines after its version ``version``, oldest first (at most 20)."""
    types = [model._meta.label_lower for model in (Budget, *LIGNES)]
    return list(
        JournalEntry.objects.filter(
            scope_type=ingenierie._meta.label_lower,
            scope_id=ingenierie.pk,
            object_type__in=types,
            object_version__gt=version,
        ).order_by("at", "pk")[:20]
    )


def _open(ingenierie: Ingenierie, actor: Actor, expected_version: int | None, *, typed: bool = True) -> Budget:
    """The locked budget, inside the caller's transaction.

    Raises ``NotAllowed``, and ``EditConflict`` (``StaleState`` for a button, with nothing ``typed``).
    """
    ensure_open(ingenierie, actor)
    lock(ingenierie)
    pk = own(Budget, ingenierie).pk
    locked = Budget.objects.select_for_update(of=("self",)).get(pk=pk)
    if expected_version is not None and expected_version != locked.version:
        entries = entries_since(ingenierie, expected_version)
        if not typed:
            raise StaleState(STALE, entries=entries)
        raise EditConflict(CONFLICT, entries=entries, current=locked)
    return locked


def _changed(budget: Budget, ingenierie: Ingenierie, actor: Actor) -> None:
    """Count the change; a confirmed budget is no longer, and the journal says so."""
    budget.version += 1
    if budget.confirme_le is not None:
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
    budget.save()
    touch(ingenierie.pk)


def update_budget(
    ingenierie: Ingenierie, values: Mapping[str, Any], *, actor: Actor, expected_version: int | None = None
) -> Budget:
    """Change what is said of the whole: ``regime``, ``tva_note``, ``convention``, ``non_superposition``,
    ``commentaire``.

    Raises ``NotAllowed``, ``InvalidInput``, ``EditConflict``.
    """
    with transaction.atomic():
        budget = _open(ingenierie, actor, expected_version)
        values = checked(budget, values)
        changes = {n: (getattr(budget, n), v) for n, v in values.items() if getattr(budget, n) != v}
        if changes:
            for name, (_, after) in changes.items():
                setattr(budget, name, after)
            _changed(budget, ingenierie, actor)
            journal.record(actor, "engagement.budget", budget, scope=ingenierie, changes=changes)
    return budget


def _checked_line(ligne: Any, values: Mapping[str, Any]) -> dict[str, Any]:
    partenaire = values.get("partenaire")
    if partenaire is not None and partenaire.ingenierie_id != ligne.ingenierie_id:
        raise InvalidInput("Ce financeur n’est pas un partenaire de l’ingénierie.")
    values = checked(ligne, values)
    if isinstance(ligne, LigneRessource):
        after = {name: values.get(name, getattr(ligne, name)) for name in ("nature", "partenaire", "financeur")}
        if after["partenaire"] is not None:
            values["financeur"] = ""
        elif after["nature"] != NatureRessource.CREDITS_DLA and not after["financeur"].strip():
            raise InvalidInput("Dites qui finance : choisissez un partenaire de l’ingénierie ou écrivez un nom.")
    return values


def _add(
    model: type[TypeLigne],
    ingenierie: Ingenierie,
    values: Mapping[str, Any],
    actor: Actor,
    expected_version: int | None,
) -> TypeLigne:
    with transaction.atomic():
        budget = _open(ingenierie, actor, expected_version)
        rows = model.objects.filter(ingenierie=ingenierie)
        if rows.count() >= LIGNES_MAX:
            raise InvalidInput(f"{LIGNES_MAX} lignes au plus : regroupez-les.")
        ligne = model(ingenierie=ingenierie)
        for name, value in _checked_line(ligne, values).items():
            setattr(ligne, name, value)
        ligne.position = (rows.aggregate(n=Max("position"))["n"] or 0) + 1
        _changed(budget, ingenierie, actor)
        ligne.version = budget.version
        create(ligne, actor=actor, verb="engagement.ligne_ajoutee", scope=ingenierie)
    return ligne


def add_charge(
    ingenierie: Ingenierie, values: Mapping[str, Any], *, actor: Actor, expected_version: int | None = None
) -> LigneCharge:
    """Add a cost line: ``nature``, ``libelle``, ``phase``, ``quantite`` with ``unite``, ``montant`` (euros, > 0).

    ``expected_version`` is the budget's (0 before anything is written). Raises ``NotAllowed``, ``InvalidInput``,
    ``EditConflict``.
    """
    return _add(LigneCharge, ingenierie, values, actor, expected_version)


def add_ressource(
    ingenierie: Ingenierie, values: Mapping[str, Any], *, actor: Actor, expected_version: int | None = None
) -> LigneRessource:
    """Add a funding line: ``nature``, ``partenaire`` (a :class:`PartenaireProjet`) or ``financeur``, ``demande``,
    ``obtenu`` (euros; 0 for a refusal), ``date_decision``. Raises as :func:`add_charge`."""
    return _add(LigneRessource, ingenierie, values, actor, expected_version)


def add_valorisation(
    ingenierie: Ingenierie, values: Mapping[str, Any], *, actor: Actor, expected_version: int | None = None
) -> ValorisationTemps:
    """Add time valued apart: ``acteur``, ``qui``, ``jours`` (days, > 0), ``taux_jour`` (euros a day, may be unknown).

    Raises as :func:`add_charge`.
    """
    return _add(ValorisationTemps, ingenierie, values, actor, expected_version)


def _locked_line(ligne: TypeLigne) -> TypeLigne:
    found = type(ligne).objects.select_for_update(of=("self",)).filter(pk=ligne.pk).first()
    if found is None:
        raise InvalidInput("Cette ligne a été retirée entre-temps : rechargez la page.")
    return found


def update_ligne(
    ligne: TypeLigne, values: Mapping[str, Any], *, actor: Actor, expected_version: int | None
) -> TypeLigne:
    """Change a line of any of the three kinds; ``expected_version`` is the budget's. Raises as :func:`add_charge`."""
    ingenierie = ligne.ingenierie
    with transaction.atomic():
        budget = _open(ingenierie, actor, expected_version)
        locked = _locked_line(ligne)
        values = _checked_line(locked, values)
        changes = {n: (getattr(locked, n), v) for n, v in values.items() if getattr(locked, n) != v}
        if changes:
            for name, (_, after) in changes.items():
                setattr(locked, name, after)
            _changed(budget, ingenierie, actor)
            locked.version = budget.version
            locked.save()
            pairs = {name: (told(before), told(after)) for name, (before, after) in changes.items()}
            journal.record(actor, "engagement.ligne", locked, scope=ingenierie, changes=pairs)
    return locked


def remove_ligne(ligne: TypeLigne, *, actor: Actor, expected_version: int | None) -> None:
    """Take a line out; the journal keeps what it held. Raises ``NotAllowed``, ``InvalidInput``, ``StaleState``."""
    ingenierie = ligne.ingenierie
    with transaction.atomic():
        budget = _open(ingenierie, actor, expected_version, typed=False)
        locked = _locked_line(ligne)
        _changed(budget, ingenierie, actor)
        locked.version = budget.version
        remove(locked, actor=actor, verb="engagement.ligne_retiree", scope=ingenierie)


def _refuse_unless_pilot(ingenierie: Ingenierie, actor: Actor) -> None:
    refusal = why_not_pilot(actor, ingenierie)
    if refusal:
        raise NotAllowed(refusal)


def confirm_budget(ingenierie: Ingenierie, *, actor: Actor, expected_version: int | None = None) -> Budget:
    """« Confirmer le budget d'intervention » (000, démarche 3/4): the pilot's word on a balanced budget.

    Confirming twice changes nothing. Raises ``NotAllowed``, ``ConditionsNotMet`` (not balanced), ``StaleState``.
    """
    _refuse_unless_pilot(ingenierie, actor)
    with transaction.atomic():
        budget = _open(ingenierie, actor, expected_version, typed=False)
        if budget.confirme_le is not None:
            return budget
        balance = summary.budget(ingenierie.pk).balance
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
    _refuse_unless_pilot(ingenierie, actor)
    with transaction.atomic():
        budget = _open(ingenierie, actor, expected_version, typed=False)
        if budget.confirme_le is not None:
            changes = {"confirme_le": (budget.confirme_le, None), "confirme_par": (budget.confirme_par, "")}
            budget.confirme_le, budget.confirme_par = None, ""
            budget.version += 1
            budget.save()
            journal.record(actor, "engagement.budget_deconfirme", budget, scope=ingenierie, changes=changes)
            touch(ingenierie.pk)
    return budget
