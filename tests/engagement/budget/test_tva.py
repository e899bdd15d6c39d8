"""HT + TVA = TTC, to the cent, on every line and on every total; the balance is a sum of exact cents."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engagement.budget.enums import TAUX_TVA, Regime
from engagement.budget.models import LigneCharge, LigneRessource
from engagement.budget.summary import Balance
from engagement.budget.tva import montants, totaux

CENTS = st.integers(1, 999_999_999_999).map(lambda n: Decimal(n) / 100)
RATES = st.sampled_from([taux for taux, _ in TAUX_TVA])
BASES = st.sampled_from(Regime.values)


def exact(amount: Decimal) -> bool:
    return amount == amount.quantize(Decimal("0.01"))


@given(CENTS, BASES, RATES)
def test_ht_and_tva_make_ttc_on_a_line_and_what_was_typed_is_kept(montant, base, taux):
    told = montants(montant, base, taux)
    assert told.ht + told.tva == told.ttc
    assert told.selon(base) == montant
    assert all(exact(amount) for amount in (told.ht, told.tva, told.ttc))
    # Half a cent at most from the exact tax.
    assert abs(told.tva - told.ht * taux / 100) <= Decimal("0.01")


@given(st.lists(st.tuples(CENTS, BASES, RATES), max_size=30))
def test_ht_and_tva_make_ttc_on_the_totals_of_mixed_rates(rows):
    told = [(taux, montants(montant, base, taux)) for montant, base, taux in rows]
    found = totaux((taux, m.ht, m.ttc) for taux, m in told)
    assert all(t.ht + t.tva == t.ttc for t in found)
    assert sum(t.tva for t in found) == sum(m.tva for _, m in told)
    assert sum(t.ttc for t in found) == sum(m.ttc for _, m in told)
    assert sum(t.lignes for t in found) == len(rows)
    assert [t.taux for t in found] == sorted({t.taux for t in found}, reverse=True)


@given(CENTS, BASES)
def test_without_a_rate_only_what_was_typed_is_known(montant, base):
    told = montants(montant, base, None)
    assert told.selon(base) == montant and told.tva is None
    assert (told.ht is None) is (base == Regime.TTC)


@given(CENTS, BASES, st.none() | RATES, BASES)
def test_a_charge_counts_in_the_regime_of_the_budget_or_says_that_it_cannot(montant, base, taux, regime):
    line = LigneCharge(montant=montant, base=base, taux_tva=taux)
    line.count_in(regime)
    assert line.mele is (base != regime and taux is None)
    assert line.compte == (montant if line.mele else line.montants.selon(regime))
    assert exact(line.compte)


@given(st.lists(CENTS, max_size=30), st.lists(CENTS, max_size=30))
def test_the_balance_is_exact_whatever_the_cents(charges, ressources):
    balance = Balance(sum(charges, Decimal(0)), sum(ressources, Decimal(0)))
    assert balance.ecart == sum(ressources) - sum(charges)
    assert balance.equilibre is (sum(charges) == sum(ressources) > 0)
    assert not Balance(balance.charges, balance.charges, 1).equilibre


@pytest.mark.parametrize(
    ("montant", "base", "taux", "ht", "ttc"),
    [
        ("100.00", "ht", "20.00", "100.00", "120.00"),
        ("23824.32", "ttc", "20.00", "19853.60", "23824.32"),
        ("0.01", "ht", "20.00", "0.01", "0.01"),
        ("0.03", "ht", "20.00", "0.03", "0.04"),
        ("10.50", "ht", "5.50", "10.50", "11.08"),
        ("100.00", "ttc", "0.00", "100.00", "100.00"),
    ],
)
def test_known_amounts(montant, base, taux, ht, ttc):
    told = montants(Decimal(montant), base, Decimal(taux))
    assert (told.ht, told.ttc) == (Decimal(ht), Decimal(ttc))


def test_a_ressource_said_otherwise_than_the_budget_is_mixed():
    line = LigneRessource(demande=Decimal("10"), base="ht")
    line.count_in("ttc")
    assert line.mele
    line.count_in("ht")
    assert not line.mele
    line.base = ""
    line.count_in("ttc")
    assert not line.mele
