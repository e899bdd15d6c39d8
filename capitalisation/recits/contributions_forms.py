"""The forms of the contributions: who is asked what; what is written by link; what becomes of each text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms

from capitalisation.recits.plans import ETAPES, POINTS, RubriquePrevue
from capitalisation.recits.reprise import Choix
from capitalisation.recits.services.contributions import TEXTE_MAX
from core.forms import BaseForm, VersionedFormMixin

#: How the field of a rubrique begins.
CHAMP = "t_"


class DemanderForm(BaseForm):
    """Who is asked which rubriques."""

    nom = forms.CharField(label="Prénom et nom", max_length=120, help_text="Il ne sera pas dans le récit.")
    email = forms.EmailField(label="Adresse électronique", max_length=254)
    rubriques = forms.MultipleChoiceField(
        label="Ce qui lui est demandé",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Cochez au moins une rubrique à écrire."},
    )
    message = forms.CharField(
        label="Quelques mots de votre part",
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": "4"}),
        help_text="Ils sont dans le courrier et sur la page.",
    )

    def __init__(self, *args: Any, rubriques: Iterable[RubriquePrevue], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["rubriques"].choices = [(one.code, one.nom) for one in rubriques]


class EcrireForm(VersionedFormMixin, BaseForm):
    """One text for each rubrique asked. Nothing is compulsory."""

    def __init__(self, *args: Any, rubriques: Iterable[RubriquePrevue], apports: Mapping[str, str], **kwargs: Any):
        added = {f"{CHAMP}{one.code}": _texte(one) for one in rubriques}
        self.base_fields = {**type(self).base_fields, **added}
        kwargs["initial"] = {
            **{f"{CHAMP}{code}": text for code, text in apports.items()}, **(kwargs.get("initial") or {}),
        }  # fmt: skip
        super().__init__(*args, **kwargs)

    def textes(self) -> dict[str, str]:
        """What was typed, by code."""
        return {
            name.removeprefix(CHAMP): value or "" for name, value in self.cleaned_data.items() if name.startswith(CHAMP)
        }


def _texte(prevue: RubriquePrevue) -> forms.CharField:
    aide = prevue.aide
    if prevue.forme == POINTS:
        aide = f"{aide} Un point par ligne.".strip()
    elif prevue.forme == ETAPES:
        aide = f"{aide} Ce qui s’est passé, étape par étape.".strip()
    return forms.CharField(
        label=prevue.nom,
        required=False,
        max_length=TEXTE_MAX,
        widget=forms.Textarea(attrs={"rows": "7"}),
        help_text=aide,
    )


class SuiteForm(BaseForm):
    """What becomes of one text."""

    choix = forms.ChoiceField(choices=Choix.choices, error_messages={"required": "Dites ce que devient ce texte."})
    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    rubrique_version = forms.IntegerField(min_value=0, required=False, widget=forms.HiddenInput)
