"""Forms of the « Structures » tab."""

from __future__ import annotations

from typing import Any

from crispy_forms.layout import HTML, Column, Fieldset, Layout, Row
from django import forms
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode

from core import clock
from core.forms import BaseForm, BaseModelForm, Fold, VersionedFormMixin
from projects.enums import SensEchange
from projects.ingenierie.models import Ingenierie
from projects.structures_ciblees.models import FUTURE, Echange, StructureCiblee
from structures.annuaire.forms import StructureForm
from structures.annuaire.models import Structure

ORIGINE_HELP = "Par exemple : diagnostic, demande de la structure, fédération, comité d’appui."


class NouvelleStructureForm(StructureForm):
    """The short sheet: enough to inscribe a structure and target it at once."""

    origine = forms.CharField(
        label="Comment elle a été repérée", required=False, max_length=200, help_text=ORIGINE_HELP
    )
    forme_juridique = None
    ape = None
    branche = None

    class Meta(StructureForm.Meta):
        fields = ["name", "sigle", "nature", "siret", "rna", "commune", "departement", "secteur", "etp", "budget"]
        help_texts = {
            "etp": "Équivalents temps plein, par exemple 4,5.",
            "budget": "En euros, dernier exercice connu.",
        }

    def __init__(self, *args: Any, ingenierie: Ingenierie, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.ingenierie = ingenierie

    def build_layout(self) -> Layout:
        half = "col-md-6"
        return Layout(
            Fieldset(
                "La structure",
                "name",
                "siret",
                HTML('{% include "annuaires/entreprises.html" with form_id="fiche" %}'),
                Row(Column("commune", css_class=half), Column("departement", css_class=half)),
                "secteur",
            ),
            Fieldset("Dans cette ingénierie", "origine"),
            Fold(
                "Facultatif : sigle, nature, RNA, ETP, budget",
                Row(Column("sigle", css_class=half), Column("nature", css_class=half)),
                Row(Column("rna", css_class=half), Column("etp", css_class=half)),
                "budget",
            ),
        )

    def already(self, field: str, existing: Structure) -> str:
        """The number is in the directory already: the way is to target that structure."""
        query = urlencode({"q": existing.name})
        return format_html(
            '{} : <a href="{}?{}">ajoutez-la depuis l’annuaire</a>.',
            self.annuaire.already[field].format(f"« {existing} »").removesuffix("."),
            reverse("projects:structures_add", args=[self.ingenierie.pk]),
            query,
        )

    def structure_values(self) -> dict[str, Any]:
        """The values of the sheet, without what belongs to the ingénierie."""
        return {name: value for name, value in self.values().items() if name != "origine"}


class ContactForm(BaseForm):
    """What the buttons of a structure say of the exchange they note; empty means today, and oneself."""

    le = forms.DateField(label="Échange du", required=False)
    par = forms.CharField(label="Par qui", required=False, max_length=200)

    def clean_le(self):
        day = self.cleaned_data["le"]
        if day and day > clock.today():
            raise forms.ValidationError(FUTURE)
        return day


class EchangeForm(BaseModelForm):
    """An exchange with a structure, and what an answer leads to."""

    suite = forms.ChoiceField(
        label="Si elle a répondu",
        required=False,
        choices=[
            ("", "Sa décision reste à connaître"),
            ("interesser", "Elle est intéressée"),
            ("confirmer", "Elle confirme sa participation"),
            ("decliner", "Elle décline"),
        ],
    )

    class Meta:
        model = Echange
        fields = ["sens", "le", "par", "moyen", "note"]
        widgets = {"sens": forms.RadioSelect}
        help_texts = {
            "le": "Le jour de l’échange, qui peut être avant aujourd’hui.",
            "par": "La personne qui a vraiment écrit, appelé ou rencontré.",
            "note": "En une ou deux phrases.",
        }

    def __init__(self, *args: Any, seule: bool = False, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if seule:
            del self.fields["suite"]

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("suite") and cleaned.get("sens") != SensEchange.REPONSE:
            self.add_error("suite", "Une suite se note avec une réponse : choisissez « elle nous a répondu ».")
        return cleaned


class StructureCibleeForm(VersionedFormMixin, BaseModelForm):
    """What is noted of a targeted structure in this ingénierie."""

    class Meta:
        model = StructureCiblee
        fields = ["origine", "note"]
        help_texts = {
            "origine": ORIGINE_HELP,
            "note": "Ses besoins, ses attentes, ce qui est convenu. Lu par tous ceux qui lisent l’ingénierie.",
        }
