"""What real spreadsheets put in their cells: what is understood of it, and what is said of the rest."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse

from core.imports import services as imports
from core.jobs import run_pending
from structures.annuaire.models import Structure
from tests.factories import DepartementFactory, SecteurFactory, actor_of, member
from tests.spreadsheets import csv_file
from tests.structures.annuaire.test_import import HEAD, checked, errors, verdicts, written

pytestmark = pytest.mark.django_db


@pytest.fixture
def user():
    DepartementFactory(indre_et_loire=True), DepartementFactory(code="41", label="Loir-et-Cher")
    SecteurFactory(label="Sport")
    return member()


@pytest.fixture
def actor(user):
    return actor_of(user)


def test_what_is_to_know_of_the_reading_is_said_above_the_lines(client_for, user, actor):
    source = imports.start_import("structures", csv_file("Nom;Département;Secteur\nThÃ©Ã¢tre;37;Sport\n"), actor=actor)
    run_pending()
    page = client_for(user).get(reverse("core:import_detail", args=[source.pk])).content.decode()
    assert "Des accents semblent perdus : « ThÃ©Ã¢tre » (ligne 2)" in page


def test_numbers_that_were_computed_are_rounded_and_it_is_said(actor):
    head = [*HEAD, "Budget (€)", "ETP"]
    source = checked(actor, ["Une", "37", "Sport", 1234.5600000000002, 4.333333333333333], head=head)
    assert verdicts(source) == ["nouvelle"]
    assert source.lines.get().remarks == ["« ETP » arrondi à 4,33."]


def test_a_year_is_that_of_the_date_that_the_cell_holds(actor):
    head = [*HEAD, "Année de création"]
    written(actor, ["Une", "37", "Sport", dt.date(1998, 5, 3)], ["Deux", "37", "Sport", "03/05/1999"], head=head)
    assert list(Structure.objects.order_by("pk").values_list("annee_creation", flat=True)) == [1998, 1999]
    wrong = checked(actor, ["Trois", "37", "Sport", "vers 1990"], head=head)
    assert errors(wrong) == ["« Année de création » : donnez l’année seule, en quatre chiffres, par exemple 1998."]


def test_the_zero_that_the_spreadsheet_took_from_a_phone_number_is_given_back(actor):
    written(actor, ["Une", "37", "Sport", 247000000], head=[*HEAD, "Contact : téléphone"])
    assert Structure.objects.get().contact_phone == "0247000000"


def test_numbers_that_went_through_another_program_are_read(actor):
    text = "Nom;Département;Secteur;SIRET;Code postal\nUne;37.0;Sport;26108953600013.0;37000,0\n"
    source = imports.start_import("structures", csv_file(text), actor=actor)
    run_pending()
    assert (verdicts(source), errors(source)) == (["nouvelle"], [])


def test_a_name_of_several_lines_is_one_line_and_saving_the_sheet_changes_nothing(client_for, user, actor):
    written(actor, ["Les Jardins\nde  Loire", "37", "Sport", "Tours\r\nNord"], head=[*HEAD, "Commune"])
    structure = Structure.objects.get()
    assert (structure.name, structure.commune) == ("Les Jardins de Loire", "Tours Nord")


def test_what_nobody_sees_makes_no_other_structure_and_no_wrong_number(actor):
    head = [*HEAD, "SIRET", "Contact : courriel"]
    source = checked(
        actor,
        ["Asso\u00adciation du Lavoir Bleu", "37", "Sport", "", ""],
        ["Association du Lavoir Bleu", "37", "Sport", "", ""],
        ["Le Lavoir Vert", "37", "Sport", "\u200e97046198400019\u200b", "contact@exemple.fr\u200b"],
        head=head,
    )
    assert verdicts(source) == ["nouvelle", "erreur", "nouvelle"]
    assert errors(source) == ["C’est la même fiche que la ligne 2 : gardez une seule des deux lignes."]
    imports.confirm_import(source, actor=actor)
    run_pending()
    green = Structure.objects.get(name="Le Lavoir Vert")
    assert (green.siret, green.contact_email) == ("97046198400019", "contact@exemple.fr")


def test_names_in_another_alphabet_are_told_apart(actor):
    written(actor, ["Ελληνική Κοινότητα", "41", "Sport"])
    source = checked(actor, ["Украинский дом", "41", "Sport"], ["Ελληνική Κοινότητα", "41", "Sport"])
    assert verdicts(source) == ["nouvelle", "inchangee"]


def test_a_sigle_is_the_same_with_or_without_its_points(actor):
    written(actor, ["C.P.I.E. Val de Loire", "37", "Sport"])
    assert verdicts(checked(actor, ["CPIE Val de Loire", "37", "Sport"])) == ["modifiee"]


def test_formulas_and_errors_of_the_spreadsheet_are_no_names(actor):
    source = checked(actor, ['=UPPER("les amis")', "37", "Sport"], ["#N/A", "37", "Sport"])
    assert verdicts(source) == ["erreur", "erreur"]
    assert 'est une formule sans valeur (« UPPER("les amis") »)' in errors(source)[0]
    assert "« #N/A » est une erreur du tableur" in errors(source)[1]
