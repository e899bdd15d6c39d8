"""What makes a budget unbalanced or unsure is said in words, cause by cause; what each DLA puts adds up."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from decimal import Decimal

import pytest

from accounts.models import Organisation
from core.canonical import canonical
from engagement.budget import cofinancement
from engagement.budget.comparaison import compare
from engagement.budget.explications import explain, summary_of
from engagement.budget.models import Budget, LigneCharge, LigneRessource, ScenarioBudget, ValorisationTemps
from engagement.budget.services.versions import content_of, read
from engagement.budget.summary import BudgetLu

D = Decimal


@pytest.fixture(autouse=True)
def today(clock_at):
    clock_at("2026-11-21 10:00")


def charge(montant="1000.00", **values):
    values = {"pk": 1, "nature": "realisation", "libelle": "Prestataire", "montant": D(montant), **values}
    return LigneCharge(compte=D(montant), **values)


def ressource(demande="1000.00", obtenu=None, date=None, **values):
    values = {"pk": 1, "nature": "etat", "financeur": "Conseil départemental", "date_decision": date, **values}
    return LigneRessource(demande=D(demande), obtenu=None if obtenu is None else D(obtenu), **values)


def budget(charges=(), ressources=(), valorisations=(), **cadre):
    return BudgetLu(Budget(**cadre), None, charges, ressources, valorisations)


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
            budget([charge("2000")], [ressource(), ressource(nature="credits_dla", pk=2)]),
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


A, B = Organisation(pk=7, name="DLA A"), Organisation(pk=8, name="DLA B")


def test_each_dla_has_its_row_and_the_rows_add_up():
    lu = budget(
        [charge("3000.00")],
        [
            ressource("1000.00", "900.00", nature="credits_dla", dla=A, verse=D("450.00")),
            ressource("1500.00", nature="autres_dla", dla=B),
            ressource("500.00", nature="credits_dla"),
            ressource("100.00", nature="etat"),
        ],
        valorisations=[ValorisationTemps(acteur="dla", qui="Suivi", dla=A, jours=D("2"), taux_jour=D("300"))],
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
    lu = budget([charge()], [ressource(nature="credits_dla", dla=B)])
    assert cofinancement.par_dla(budget(), [A], 7) == []
    assert [(r.nom, r.role) for r in cofinancement.par_dla(lu, [A], 7)] == [
        ("DLA A", "pilote"),
        ("DLA B", "plus associé"),
    ]


# --- What changed ---------------------------------------------------------------------------------------------------


def line(pk, libelle, montant="10.00"):
    return charge(montant, pk=pk, libelle=libelle, nature="suivi")


def test_what_was_added_changed_and_taken_out_is_told_line_by_line():
    before = budget([line(1, "Salle"), line(2, "Copies")])
    after = budget([line(1, "Salle", "12.00"), line(3, "Repas")], regime="ht")
    told = [(e.titre, e.libelle, [d.replace("\u00a0", " ") for d in e.details]) for e in compare(before, after)]
    assert told == [
        ("Montants", "", ["TTC → HT"]),
        ("Charge modifiée", "Salle", ["montant : 10,00 € → 12,00 €"]),
        ("Charge ajoutée", "Repas", ["10,00 €"]),
        ("Charge retirée", "Copies", ["10,00 €"]),
    ]
    assert compare(before, before) == []


def test_another_scenario_with_the_same_lines_is_only_another_name():
    before, after = budget([line(1, "Salle")]), budget([line(9, "Salle")])
    after = replace(after, scenario=ScenarioBudget(nom="Deux"))
    assert [e.titre for e in compare(before, after)] == ["Scénario retenu"]


def test_a_kept_budget_is_read_back_as_it_was():
    lu = BudgetLu(
        Budget(regime="ht", tva_note="Non récupérée", non_superposition="Vérifié"),
        ScenarioBudget(nom="Deux", retenu=True),
        [charge("1200.10", taux_tva=D("20.00"), quantite=D("3.50"), unite="jour", phase="2", mele=True)],
        [ressource("500.00", "0.00", DECIDED, dla=A, financeur="", nature="autres_dla")],
        [ValorisationTemps(pk=4, acteur="dla", qui="Suivi", dla=A, jours=D("2.25"), taux_jour=D("333.33"))],
    )
    kept = json.loads(canonical(content_of(lu)))
    again = read(kept)
    assert compare(lu, again) == [] and content_of(again) == kept
    assert (again.balance, again.montants, again.total_valorise) == (lu.balance, lu.montants, D("749.99"))
    assert (again.ressources[0].nom, again.valorisations[0].organisation) == ("DLA A", "DLA A")
