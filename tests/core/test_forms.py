"""The base of every form: what people type here is understood, limits are told and cut nothing."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django import forms
from django.http import QueryDict
from django.template.loader import render_to_string

from core.forms import LONG_TEXT, BaseForm, VersionedFormMixin


class EssaiForm(VersionedFormMixin, BaseForm):
    """One field of each kind."""

    montant = forms.DecimalField(label="Montant", max_digits=12, decimal_places=2, min_value=0, required=False)
    texte = forms.CharField(label="Texte", widget=forms.Textarea, required=False, help_text="Quelques mots.")
    jour = forms.DateField(label="Jour", required=False)
    choix = forms.ChoiceField(label="Choix", choices=[("", "---------"), ("a", "A")], required=False)


def filled(**data) -> EssaiForm:
    query = QueryDict(mutable=True)
    query.update({"version": "1", **data})
    return EssaiForm(query)


def page(form) -> str:
    return render_to_string("partials/form.html", {"form": form, "csrf_token": "x", "conflict": None})


@pytest.mark.parametrize("typed", ["23824.32", "23 824,32", "23\u202f824,32\u00a0€", "23\u00a0824,32 €", " 23824,32 "])
def test_money_is_understood_as_people_write_it(typed):
    form = filled(montant=typed)
    assert form.is_valid(), form.errors
    assert form.cleaned_data["montant"] == Decimal("23824.32")


@pytest.mark.parametrize("typed", ["-1", "1,234", "1.234,5", "douze", "1e400", "NaN", "Infinity", "99999999999,99"])
def test_money_that_is_not_money_is_refused(typed):
    form = filled(montant=typed)
    assert not form.is_valid()
    assert typed in page(form)


def test_recorded_money_is_shown_the_french_way():
    assert 'value="1\u202f234,50"' in page(EssaiForm(initial={"montant": Decimal("1234.5"), "version": 1}))


def test_a_text_too_long_says_by_how_much_and_is_not_cut():
    form = filled(texte="é" * (LONG_TEXT + 12))
    assert not form.is_valid()
    assert "Retirez-en 12." in form.errors["texte"][0]
    assert "maxlength" not in page(form)
    assert filled(texte="é" * LONG_TEXT).is_valid()


def test_ends_of_lines_are_the_same_whatever_the_browser():
    form = filled(texte=" un\r\ndeux\rtrois \r\n")
    assert form.is_valid()
    assert form.values()["texte"] == "un\ndeux\ntrois"


def test_a_nul_character_is_refused():
    assert not filled(texte="a\x00b").is_valid()


@pytest.mark.parametrize("year", ["0026", "1026", "2206", "9999"])
def test_a_year_that_is_a_slip_of_the_hand_is_refused(year):
    form = filled(jour=f"{year}-03-01")
    assert form.errors["jour"][0].startswith(f"Vérifiez l’année : {int(year)}.")


def test_a_date_has_its_bounds_in_the_browser_too():
    field = page(EssaiForm())
    assert 'min="1900-01-01"' in field and 'max="20' in field
    assert filled(jour="1901-07-01").is_valid() and filled(jour="2030-01-01").is_valid()


def test_what_is_typed_is_recorded_without_what_nobody_sees():
    class Coordonnees(BaseForm):
        nom = forms.CharField()
        courriel = forms.EmailField()
        secret = forms.CharField(widget=forms.PasswordInput, strip=False)

    form = Coordonnees({"nom": "Les\u200b Jardins\nde Loire", "courriel": "a@exemple.fr\u200b", "secret": " a\u200b"})
    assert form.is_valid(), form.errors
    assert form.cleaned_data == {"nom": "Les Jardins de Loire", "courriel": "a@exemple.fr", "secret": " a\u200b"}


def test_dates_use_the_browser_s_own_input():
    form = EssaiForm(initial={"jour": dt.date(2026, 11, 21), "version": 1})
    assert 'type="date"' in page(form)
    assert 'value="2026-11-21"' in page(form)


def test_the_summary_names_each_error_and_leads_to_its_field():
    html = page(filled(montant="x", jour="y"))
    assert html.count("error-summary") == 1
    assert '<a href="#id_montant">Montant</a>' in html
    assert '<a href="#id_jour">Jour</a>' in html
    assert 'aria-describedby="id_jour_error"' in html


def test_the_help_is_before_the_field_and_linked_to_it():
    html = page(EssaiForm())
    assert html.index("Quelques mots.") < html.index("<textarea")
    assert 'aria-describedby="id_texte_helptext"' in html


def test_an_empty_choice_has_words():
    assert "Choisir…" in page(EssaiForm())
    assert "-----" not in page(EssaiForm())


def test_a_form_of_a_page_that_is_too_old_is_refused():
    assert "version" in filled(version="").errors
