"""The lines of a scenario of the budget: added, changed and removed under the version of the budget."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import Max

from core import journal
from core.actor import Actor
from core.editing import checked, create, lock, remove, told
from core.errors import InvalidInput
from engagement.budget.enums import ActeurValorise, NatureRessource
from engagement.budget.models import (
    Budget,
    LigneCharge,
    LigneRessource,
    ScenarioBudget,
    ValorisationTemps,
    prix_total,
)
from engagement.budget.partage import partager
from engagement.budget.services.budget import count_change, kept_scenario, open_budget, settle
from engagement.budget.tva import ZERO
from engagement.dla import expected_organisations
from projects.ingenierie.models import Ingenierie

journal.register_verbs(
    {
        "engagement.ligne_ajoutee": "a ajouté une ligne au budget",
        "engagement.ligne": "a modifié une ligne du budget",
        "engagement.ligne_retiree": "a retiré une ligne du budget",
    }
)

LIGNES_MAX = 200
#: What is noted of a line without changing the budget: its confirmation still holds.
_FOLLOWED = {"verse", "date_decision"}
TypeLigne = TypeVar("TypeLigne", LigneCharge, LigneRessource, ValorisationTemps)


def _where(scenario: ScenarioBudget) -> str:
    """What the journal adds for a line that is not of the kept scenario."""
    return "" if scenario.retenu else f"Dans le scénario « {scenario} », qui n’est pas retenu."


def _check_dla(ligne: Any, values: Mapping[str, Any]) -> None:
    dla = values.get("dla")
    if dla is None or dla.pk == ligne.dla_id:
        return
    if dla.pk not in {o.pk for o in expected_organisations(ligne.ingenierie)}:
        raise InvalidInput(f"{dla} n’est pas un DLA de cette ingénierie : associez-le d’abord.")


def _check_prix(ligne: LigneCharge, values: dict[str, Any]) -> None:
    """With a unit price, the amount is the quantity times it: nothing else is believed."""
    prix = values.get("prix_unitaire", ligne.prix_unitaire)
    quantite = values.get("quantite", ligne.quantite)
    if prix is None:
        return
    if quantite is None:
        raise InvalidInput("Un prix unitaire se donne avec une quantité et son unité.")
    values["montant"] = prix_total(quantite, prix)


def _check_part(ligne: LigneRessource, values: dict[str, Any]) -> None:
    """With a share, and until something is obtained, the amount asked is reckoned on the charges."""
    part, obtenu = (values.get(name, getattr(ligne, name)) for name in ("part", "obtenu"))
    if not part or obtenu is not None:
        return
    total = sum(LigneCharge.objects.filter(scenario=ligne.scenario_id).values_list("compte", flat=True), ZERO)
    others = LigneRessource.objects.filter(scenario=ligne.scenario_id, obtenu__isnull=True).exclude(part="")
    before = [row.part for row in others if ligne.pk is None or (row.position, row.pk) < (ligne.position, ligne.pk)]
    after = [row.part for row in others if ligne.pk and (row.position, row.pk) > (ligne.position, ligne.pk)]
    values["demande"] = partager(total, [*before, part, *after])[len(before)]
    if not values["demande"]:
        raise InvalidInput("Une part se calcule sur les charges : écrivez d’abord les charges de ce scénario.")


def _check_ressource(ligne: LigneRessource, values: dict[str, Any]) -> None:
    def after(name: str) -> Any:
        return values.get(name, getattr(ligne, name))

    if after("partenaire") is not None:
        values["financeur"] = ""
    elif after("nature") != NatureRessource.CREDITS_DLA and not (after("financeur").strip() or after("dla")):
        raise InvalidInput("Dites qui finance : choisissez un partenaire de l’ingénierie ou écrivez un nom.")


def checked_line(ligne: Any, values: Mapping[str, Any], budget: Budget) -> dict[str, Any]:
    """``values`` as the line stores them. A charge that does not say HT or TTC is as the budget says.

    Raises ``InvalidInput``.
    """
    partenaire = values.get("partenaire")
    if partenaire is not None and partenaire.ingenierie_id != ligne.ingenierie_id:
        raise InvalidInput("Ce financeur n’est pas un partenaire de l’ingénierie.")
    if isinstance(ligne, LigneCharge) and ligne.pk is None and not values.get("base"):
        values = {**values, "base": budget.regime}
    if not isinstance(ligne, LigneCharge):
        _check_dla(ligne, values)
    values = dict(values)
    if isinstance(ligne, LigneCharge):
        _check_prix(ligne, values)
    if isinstance(ligne, LigneRessource):
        _check_part(ligne, values)
    values = checked(ligne, values)
    if isinstance(ligne, LigneRessource):
        _check_ressource(ligne, values)
    if isinstance(ligne, ValorisationTemps) and values.get("acteur", ligne.acteur) != ActeurValorise.DLA:
        values["dla"] = None
    return values


def _add(
    model: type[TypeLigne],
    ingenierie: Ingenierie,
    values: Mapping[str, Any],
    actor: Actor,
    expected_version: int | None,
    scenario: ScenarioBudget | None,
) -> TypeLigne:
    with transaction.atomic():
        budget = open_budget(ingenierie, actor, expected_version)
        if scenario is None:
            scenario = kept_scenario(ingenierie)
        elif scenario.ingenierie_id != ingenierie.pk:
            raise InvalidInput("Ce scénario est celui d’une autre ingénierie.")
        else:
            scenario = lock(scenario)
        rows = model.objects.filter(scenario=scenario)
        if rows.count() >= LIGNES_MAX:
            raise InvalidInput(f"{LIGNES_MAX} lignes au plus : regroupez-les.")
        ligne = model(ingenierie=ingenierie, scenario=scenario)
        for name, value in checked_line(ligne, values, budget).items():
            setattr(ligne, name, value)
        ligne.position = (rows.aggregate(n=Max("position"))["n"] or 0) + 1
        _count(ligne, budget)
        count_change(budget, ingenierie, actor, kept=scenario.retenu)
        ligne.version = budget.version
        create(ligne, actor=actor, verb="engagement.ligne_ajoutee", scope=ingenierie, reason=_where(scenario))
        settle(budget, ingenierie, actor)
    return ligne


def _count(ligne: Any, budget: Budget) -> None:
    if not isinstance(ligne, ValorisationTemps):
        ligne.count_in(budget.regime)


def add_charge(
    ingenierie: Ingenierie,
    values: Mapping[str, Any],
    *,
    actor: Actor,
    expected_version: int | None = None,
    scenario: ScenarioBudget | None = None,
) -> LigneCharge:
    """Add a cost line to ``scenario`` (the kept one by default): ``nature``, ``libelle``, ``phase``, ``quantite`` with
    ``unite``, ``montant`` (euros, > 0) typed HT or TTC (``base``), ``taux_tva`` (percent, may be unknown).

    ``expected_version`` is the budget's (0 before anything is written). Raises ``NotAllowed``, ``InvalidInput``,
    ``EditConflict``.
    """
    return _add(LigneCharge, ingenierie, values, actor, expected_version, scenario)


def add_ressource(
    ingenierie: Ingenierie,
    values: Mapping[str, Any],
    *,
    actor: Actor,
    expected_version: int | None = None,
    scenario: ScenarioBudget | None = None,
) -> LigneRessource:
    """Add a funding line: ``nature``, ``partenaire`` (a :class:`PartenaireProjet`), ``dla`` or ``financeur``,
    ``demande``, ``obtenu`` (euros; 0 for a refusal), ``verse``, ``date_decision``, ``base``.

    Raises as :func:`add_charge`.
    """
    return _add(LigneRessource, ingenierie, values, actor, expected_version, scenario)


def add_valorisation(
    ingenierie: Ingenierie,
    values: Mapping[str, Any],
    *,
    actor: Actor,
    expected_version: int | None = None,
    scenario: ScenarioBudget | None = None,
) -> ValorisationTemps:
    """Add time valued apart: ``acteur``, ``qui``, ``dla`` or ``organisme``, ``jours`` (days, > 0), ``taux_jour`` (euros
    a day, may be unknown).

    Raises as :func:`add_charge`.
    """
    return _add(ValorisationTemps, ingenierie, values, actor, expected_version, scenario)


def update_ligne(
    ligne: TypeLigne, values: Mapping[str, Any], *, actor: Actor, expected_version: int | None
) -> TypeLigne:
    """Change a line of any of the three kinds; ``expected_version`` is the budget's. Raises as :func:`add_charge`."""
    ingenierie = ligne.ingenierie
    with transaction.atomic():
        budget = open_budget(ingenierie, actor, expected_version)
        locked = lock(ligne)
        values = checked_line(locked, values, budget)
        changes = {n: (getattr(locked, n), v) for n, v in values.items() if getattr(locked, n) != v}
        if changes:
            for name, (_, after) in changes.items():
                setattr(locked, name, after)
            _count(locked, budget)
            # What is paid, and when it was decided, follow the budget without changing it.
            amounts = bool(set(changes) - _FOLLOWED)
            count_change(budget, ingenierie, actor, kept=locked.scenario.retenu and amounts)
            locked.version = budget.version
            locked.save()
            settle(budget, ingenierie, actor)
            pairs = {name: (told(before), told(after)) for name, (before, after) in changes.items()}
            journal.record(
                actor,
                "engagement.ligne",
                locked,
                scope=ingenierie,
                changes=pairs,
                reason=_where(locked.scenario),
            )
    return locked


def remove_ligne(ligne: TypeLigne, *, actor: Actor, expected_version: int | None) -> None:
    """Take a line out; the journal keeps what it held. Raises ``NotAllowed``, ``InvalidInput``, ``StaleState``."""
    ingenierie = ligne.ingenierie
    with transaction.atomic():
        budget = open_budget(ingenierie, actor, expected_version, typed=False)
        locked = lock(ligne)
        count_change(budget, ingenierie, actor, kept=locked.scenario.retenu)
        locked.version = budget.version
        remove(locked, actor=actor, verb="engagement.ligne_retiree", scope=ingenierie, reason=_where(locked.scenario))
        settle(budget, ingenierie, actor)
