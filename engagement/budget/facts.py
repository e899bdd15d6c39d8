"""Facts of the budget, as SQL annotations of ``Ingenierie``, and how gates read them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db.models import DecimalField, F
from django.db.models.functions import Coalesce

from core.formats import format_date
from engagement.budget.models import ConventionCofinancement, ValorisationTemps, VersionBudget
from engagement.budget.summary import Balance
from engagement.budget.tva import CENT
from engagement.facts import value_of
from projects.facts import Answer, count_of


def _total(name: str) -> Coalesce:
    output = DecimalField(max_digits=15, decimal_places=2)
    return Coalesce(F(f"budget__{name}"), Decimal("0.00"), output_field=output)


def budget() -> dict[str, Any]:
    """The totals of the kept scenario, that services write beside its lines."""
    return {
        "eng_charges": _total("total_charges"),
        "eng_ressources": _total("total_ressources"),
        "eng_meles": Coalesce(F("budget__montants_meles"), 0),
    }


def autour_du_budget() -> dict[str, Any]:
    return {
        "eng_conventions": count_of(ConventionCofinancement.objects.all()),
        "eng_versions": count_of(VersionBudget.objects.all()),
    }


def budget_confirme() -> dict[str, Any]:
    return {"eng_confirme_le": F("budget__confirme_le")}


def valorisation() -> dict[str, Any]:
    return {**budget(), "eng_valorisations": count_of(ValorisationTemps.objects.filter(scenario__retenu=True))}


def _cents(value: Decimal) -> Decimal:
    # SQLite keeps decimals as floating point: the total is a number of cents again here.
    return Decimal(value).quantize(CENT)


def balance_of(values: Any) -> Balance:
    """The balance from the annotations of :func:`budget`."""
    return Balance(
        _cents(value_of(values, "eng_charges")),
        _cents(value_of(values, "eng_ressources")),
        value_of(values, "eng_meles"),
    )


def read_budget(values, ingenierie) -> Answer:
    balance = balance_of(values)
    return Answer(balance.equilibre, balance.phrase.rstrip("."))


def read_confirme(values, ingenierie) -> Answer:
    at = values["eng_confirme_le"]
    return Answer(at is not None, f"confirmé le {format_date(at)}" if at else "")
