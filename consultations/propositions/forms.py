"""The forms of a proposition: one per section, one per row, the file, the opening. Nothing is required: what is asked
and not said is told by the completeness."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from typing import Any

from crispy_forms.layout import Column, Layout, Row
from django import forms

from consultations.propositions.contenu import DECIMAUX, LIBELLES
from core.forms import BaseForm, VersionedFormMixin
from core.uploads.fields import UploadField
from engagement.budget.enums import TAUX_TVA

_AIDES = {
    "comprehension": "Ce qui se joue pour la structure, avec vos mots ; non ceux du cahier des charges.",
    "specificites": "Projet associatif, bénévoles, instances, modèle économique : ce que vous en ferez.",
    "appropriation": "Qui participe, ce que la structure saura faire seule ensuite.",
    "hors_site": "À remplir si des journées hors site sont payées : ce que vous y faites, ce que vous en remettez.",
    "justification_jours": "Étape par étape, dans la fourchette du cahier des charges.",
    "justification_prix": "Au regard du coût moyen d’une journée que rappelle le cahier des charges.",
    "par_qui": "Qui produit : vous, la structure, les deux.",
    "avec_qui": "Instances, salariés, bénévoles, partenaires.",
    "comment": "Méthode de travail pendant l’étape.",
    "experiences": "Sur le même thème, dans la même filière : missions, années.",
    "role_evaluation": "Si le cahier des charges vous en donne un.",
    "articulation": "Avec les partenaires qui interviennent aussi, s’il y en a.",
    "note": "Ici ou en fichier, plus bas.",
}
_LIGNE = {"intitule": 200, "par_qui": 300, "avec_qui": 300, "nom": 120, "fonction": 120}


def _field(champ: str) -> forms.Field:
    label, aide = LIBELLES[champ], _AIDES.get(champ, "")
    if champ == "tva":
        choices = [("", "Choisir…"), *((str(rate), words) for rate, words in TAUX_TVA)]
        return forms.ChoiceField(label=label, choices=choices, required=False)
    if champ in ("prix_ht", "prix_ttc"):
        return forms.DecimalField(
            label=label, required=False, min_value=Decimal(0), max_digits=9, decimal_places=2, help_text=aide
        )
    if champ in DECIMAUX:
        return forms.DecimalField(
            label=label, required=False, min_value=Decimal(0), max_digits=5, decimal_places=1, help_text=aide
        )
    if champ in ("debut", "fin"):
        return forms.DateField(label=label, required=False)
    if champ in _LIGNE:
        return forms.CharField(label=label, required=False, max_length=_LIGNE[champ], help_text=aide)
    rows = 12 if champ == "note" else 5
    return forms.CharField(label=label, required=False, help_text=aide, widget=forms.Textarea(attrs={"rows": rows}))


class _Champs(VersionedFormMixin, BaseForm):
    """Some fields of a proposition; the values that are kept come as ``initial``."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        start, end = cleaned.get("debut"), cleaned.get("fin")
        if start and end and end < start:
            self.add_error("fin", "L’étape finit avant de commencer : vérifiez ses deux dates.")
        return cleaned


@cache
def champs_form(champs: tuple[str, ...]) -> type[_Champs]:
    """The form of these fields."""
    return type("ChampsForm", (_Champs,), {champ: _field(champ) for champ in champs})


class PieceForm(BaseForm):
    """A file of the proposition."""

    fichier = UploadField(label="Note méthodologique ou autre fichier")


class OuvertureForm(BaseForm):
    """Who sees the propositions opened, if somebody does."""

    temoin = forms.CharField(
        label="Témoin",
        required=False,
        max_length=200,
        help_text="Facultatif : la personne qui assiste à l’ouverture. Le relevé portera son nom.",
    )
    qualite = forms.CharField(
        label="Sa qualité", required=False, max_length=200, help_text="Par exemple : présidente d’une structure."
    )

    def build_layout(self) -> Layout:
        return Layout(Row(Column("temoin", css_class="col-md-6"), Column("qualite", css_class="col-md-6")))
