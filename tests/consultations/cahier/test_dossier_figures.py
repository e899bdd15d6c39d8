"""Dates, days and totals of a cahier des charges are those of the dossier: typed once, compared, added up."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from consultations.cahier import content, documents, sections, services
from core.errors import InvalidInput
from core.formats import format_number
from engagement.budget.services.lignes import update_ligne
from projects.ingenierie.services import update_identite
from tests.consultations.cahier.test_cahier import again
from tests.consultations.slot import SYSTEM, begin

pytestmark = pytest.mark.django_db


def test_the_dates_of_the_intervention_are_typed_once_and_the_cahier_reads_them(cahier):
    assert (cahier.date_debut, cahier.periode.propre) == (cahier.ingenierie.date_debut, False)
    begin(cahier.ingenierie, dt.date(2027, 4, 5), dt.date(2027, 7, 9))
    told = again(cahier)
    assert (told.date_debut, told.date_fin, told.periode.propre) == (dt.date(2027, 4, 5), dt.date(2027, 7, 9), True)
    assert content.build(told)["date_debut"] == "2027-04-05"
    update_identite(
        told.ingenierie, actor=SYSTEM, expected_version=None, values={"date_debut": None, "date_fin": None},
        many_to_many={},
    )  # fmt: skip
    begin(cahier.ingenierie, None)
    assert [m.field for m in sections.missing(again(cahier))] == ["date_debut", "date_fin"]
    with pytest.raises(InvalidInput, match="Cette section n’existe pas"):
        services.update_section(cahier, "calendrier", {"date_debut": dt.date(2027, 1, 1)}, actor=SYSTEM)


def test_days_that_are_not_those_of_the_budget_are_said(cahier):
    services.update_section(cahier, "calendrier", {"jours_min": Decimal("8"), "jours_max": Decimal("10")}, actor=SYSTEM)
    charge = cahier.ingenierie.charges.first()
    update_ligne(
        charge, {"nature": "realisation", "quantite": Decimal("12"), "unite": "jour"}, actor=SYSTEM,
        expected_version=None,
    )  # fmt: skip
    told = " ".join(text for _, text in sections.warnings(again(cahier))).replace("\u00a0", " ")
    assert "Le budget paie 12 jours d’intervention ; ce cahier en demande de 8 à 10 jours." in told


def test_people_and_money_of_the_structures_add_up_in_what_is_diffused(cahier):
    built = content.build(again(cahier))
    told = dict(documents.facts(built))["Ensemble, elles comptent"]
    rows = cahier.structures_presentees().values_list("structure__etp", flat=True)
    assert f"{format_number(sum(etp for etp in rows if etp is not None))}\u00a0ETP" in told
    assert "€\u00a0de budgets annuels" in told
    many = documents.context_of(built | {"structures": built["structures"] * 2}, pilote=cahier.ingenierie.pilote)[
        "sheets"
    ]
    assert many["totals"][-1] == built["totaux"]["budget"]["nombre"]
    services.update_section(again(cahier), "structures", {"details": ["commune"]}, actor=SYSTEM)
    assert "Ensemble, elles comptent" not in dict(documents.facts(content.build(again(cahier))))
