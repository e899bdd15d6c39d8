"""What one may do without is folded, and never hides what was typed or refused."""

from __future__ import annotations

import re

import pytest
from crispy_forms.layout import Layout
from crispy_forms.utils import render_crispy_form
from django import forms

from core.forms import BaseForm, BaseModelForm, Fold
from structures.annuaire.enums import Nature
from structures.annuaire.models import Structure


class Folded(BaseForm):
    nom = forms.CharField()
    annee = forms.IntegerField(required=False)
    themes = forms.MultipleChoiceField(required=False, choices=[("a", "A")])
    suivi = forms.BooleanField(required=False)

    def build_layout(self) -> Layout:
        return Layout("nom", Fold("Facultatif : année, thèmes", "annee", "themes", "suivi", filled=("suivi",)))


class WithDefault(BaseModelForm):
    class Meta:
        model = Structure
        fields = ["name", "nature"]

    def build_layout(self) -> Layout:
        return Layout("name", Fold("Facultatif : nature", "nature"))


def opened(form) -> bool:
    html = render_crispy_form(form)
    fold = re.search(r"<details class=\"facultatif\"( open)?><summary>Facultatif : .*?</details>", html, re.S)
    assert 'id="div_id_n' in html[: fold.start()] and html.count("<details") == 1
    return bool(fold.group(1))


def test_nothing_said_stays_folded():
    assert not opened(Folded())
    assert not opened(Folded({"nom": "Ressourcerie"}))
    assert not opened(Folded(initial={"suivi": True}))


@pytest.mark.parametrize("said", [{"annee": 1998}, {"themes": ["a"]}, {"annee": 0}])
def test_a_value_opens_it(said):
    assert opened(Folded(initial=said))
    assert opened(Folded({"nom": "", **said}))


def test_a_refusal_opens_it():
    assert opened(Folded({"nom": "Ressourcerie", "annee": "mille"}))


def test_what_somebody_else_wrote_meanwhile_opens_it():
    form = Folded({"nom": "Ressourcerie"})
    form.fields["annee"].recorded_now = "1998"
    assert opened(form)


def test_the_value_of_every_new_object_says_nothing():
    assert not opened(WithDefault())
    assert opened(WithDefault(instance=Structure(nature=next(n for n in Nature if n != Nature.STRUCTURE))))
