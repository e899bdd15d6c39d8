"""What makes a budget unbalanced or unsure is said in words, cause by cause; what each DLA puts adds up."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from types import SimpleNamespace

import pytest

from engagement.budget import cofinancement
from engagement.budget.comparaison import compare
from engagement.budget.explications import explain, summary_of
from engagement.budget.summary import Balance, BudgetLu, ChargeLue, RessourceLue, ValorisationLue

D = Decimal


@pytest.fixture(autouse=True)
def today(clock_at):
    clock_at("2026-11-21 10:00")


def charge(montant="1000.00", **values):
    return ChargeLue(1, "Réalisation", "realisation", "Prestataire", "", "", D(montant), **values)


def ressource(demande="1000.00", obtenu=None, date=None, pk=1, nom="Conseil départemental", code="etat", **values):
    counted = D(obtenu if obtenu is not None else demande)
    return RessourceLue(
        pk, "État", code, nom, D(demande) if demande else None, None if obtenu is None else D(obtenu), counted, date,
        **values,
    )  # fmt: skip


def budget(charges=(), ressources=(), **values):
    meles = sum(c.mele for c in charges) + sum(r.mele for r in ressources)
    balance = Balance(sum((c.montant for c in charges), D(0)), sum((r.compte for r in ressources), D(0)), meles)
    return BudgetLu(charges=tuple(charges), ressources=tuple(ressources), balance=balance, **values)


def words(lu) -> str:
    return "\n".join(e.texte for e in explain(lu)).replace("\u00a0", " ").replace("\u202f", " ")


DECIDED = dt.date(2026, 11, 2)


@pytest.mark.parametrize(
    ("lu", "said"),
    [
        (budget(), "Rien n’est encore chiffré"),
        (budget([charge()]), "Il manque 1 000,00 € : aucun financeur"),
        (budget([], [ressource()]), "Aucune charge n’est écrite"),
        (
            budget([charge("2250.00")], [ressource()]),
            "Il manque 1 250,00 € : les charges s’élèvent à 2 250,00 €, les ressources à 1 000,00 €.",
        ),
        (budget([charge("400")], [ressource()]), "600,00 € de trop"),
        (
            budget([charge()], [ressource(obtenu="750.00", date=DECIDED)]),
            "« Conseil départemental » a accordé moins que demandé : 750,00 € au lieu de 1 000,00 €, soit 250,00 €",
        ),
        (budget([charge()], [ressource(obtenu="0", date=DECIDED)]), "a refusé les 1 000,00 € demandés"),
        (budget([charge()], [ressource()]), "1 000,00 € demandés, sans date de décision."),
        (budget([charge()], [ressource(obtenu="1000")]), "montant obtenu, mais sans date de décision"),
        (budget([charge()], [ressource(date=dt.date(2026, 12, 5))]), "décision attendue le 5 décembre 2026"),
        (budget([charge()], [ressource(date=DECIDED)]), "la décision était attendue le 2 novembre 2026"),
        (
            budget([charge(base="ht", mele=True)], [ressource()]),
            "HT et TTC mêlés : la charge « Prestataire » est en HT dans un budget TTC",
        ),
        (
            budget([charge()], [ressource(base="ht", mele=True)]),
            "HT et TTC mêlés : les montants de « Conseil départemental » sont dits HT",
        ),
        (
            budget([charge("2000")], [ressource(), ressource(code="credits_dla", pk=2)]),
            "aucun ne porte déjà sur la même action",
        ),
    ],
)
def test_each_cause_has_its_sentence(lu, said):
    assert said in words(lu)


def test_a_budget_with_nothing_left_to_settle_says_nothing():
    lu = budget([charge()], [ressource(obtenu="1000.00", date=DECIDED)])
    assert explain(lu) == [] and summary_of([]) == ""


def test_what_keeps_it_from_balancing_is_told_apart_from_what_is_to_follow():
    told = explain(budget([charge("2250.00")], [ressource()]))
    assert [e.bloque for e in told] == [True, False]
    assert summary_of(told).replace("\u00a0", " ") == "1 cause de déséquilibre, 1 point à suivre"


def test_mixed_ht_and_ttc_never_balance_even_when_the_numbers_are_equal():
    lu = budget([charge(base="ht", mele=True)], [ressource()])
    assert not lu.balance.equilibre
    assert lu.balance.phrase.replace("\u00a0", " ") == "HT et TTC sont mêlés : 1 montant reste à convertir."


# --- By DLA ---------------------------------------------------------------------------------------------------------


class Dla(SimpleNamespace):
    def __str__(self) -> str:
        return self.name


A, B = Dla(pk=7, name="DLA A"), Dla(pk=8, name="DLA B")


def test_each_dla_has_its_row_and_the_rows_add_up():
    lu = budget(
        [charge("3000.00")],
        [
            ressource("1000.00", "900.00", code="credits_dla", dla_id=7, dla="DLA A", verse=D("450.00")),
            ressource("1500.00", code="autres_dla", dla_id=8, dla="DLA B"),
            ressource("500.00", code="credits_dla"),
            ressource("100.00", code="etat"),
        ],
        valorisations=(ValorisationLue(1, "DLA", "Suivi", D("2"), D("300"), D("600.00"), False, "DLA A", 7),),
    )
    rows = cofinancement.par_dla(lu, [A, B], 7)
    assert [(r.nom, r.role, r.compte) for r in rows] == [
        ("DLA A", "pilote", D("900.00")),
        ("DLA B", "associé", D("1500.00")),
        ("Crédits dont le DLA n’est pas dit", "", D("500.00")),
    ]
    assert (rows[0].verse, rows[0].jours, rows[0].valorise, rows[0].part) == (D("450.00"), 2, D("600.00"), D("30.0"))
    total = cofinancement.total(rows, lu)
    assert (total.demande, total.obtenu, total.compte, total.part) == (D("3000"), D("900"), D("2900"), D("96.7"))


def test_a_single_dla_shares_with_nobody_and_one_that_left_keeps_its_row():
    lu = budget([charge()], [ressource(code="credits_dla", dla_id=8, dla="DLA B")])
    assert cofinancement.par_dla(budget(), [A], 7) == []
    assert [(r.nom, r.role) for r in cofinancement.par_dla(lu, [A], 7)] == [
        ("DLA A", "pilote"),
        ("DLA B", "plus associé"),
    ]


# --- What changed ---------------------------------------------------------------------------------------------------


def content(**values):
    return {"scenario": "Un", "regime": "TTC", "charges": [], "ressources": [], "valorisations": [], **values}


def line(pk, libelle, montant="10.00", **values):
    return {"id": pk, "nature": "Suivi", "libelle": libelle, "montant": montant, **values}


def test_what_was_added_changed_and_taken_out_is_told_line_by_line():
    before = content(charges=[line(1, "Salle"), line(2, "Copies")])
    after = content(regime="HT", charges=[line(1, "Salle", "12.00"), line(3, "Repas")])
    told = [(e.titre, e.libelle, [d.replace("\u00a0", " ") for d in e.details]) for e in compare(before, after)]
    assert told == [
        ("Montants", "", ["TTC → HT"]),
        ("Charge modifiée", "Salle", ["montant : 10,00 € → 12,00 €"]),
        ("Charge ajoutée", "Repas", ["10,00 €"]),
        ("Charge retirée", "Copies", ["10,00 €"]),
    ]
    assert compare(before, before) == []


def test_another_scenario_with_the_same_lines_is_only_another_name():
    before, after = content(charges=[line(1, "Salle")]), content(scenario="Deux", charges=[line(9, "Salle")])
    assert [e.titre for e in compare(before, after)] == ["Scénario retenu"]
