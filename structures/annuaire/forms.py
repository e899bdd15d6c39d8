"""The sheet of a structure, and the short form that inscribes one."""

from __future__ import annotations

from typing import Any

from crispy_forms.layout import HTML, Column, Fieldset, Layout, Row
from django import forms

from accounts.annuaires.forms import HALF, SheetForm, SheetLineForm
from core.forms import ContactFields, Fold, VersionedFormMixin
from core.identifiers import clean_ape, clean_rna, clean_siret, format_siret
from referentiels.fields import BrancheField, DepartementField, ReferenceField, SecteurField
from referentiels.models import FormeJuridique
from structures.annuaire.annuaire import STRUCTURES
from structures.annuaire.models import ContactStructure, Structure

SIRET_HELP = "14 chiffres, avec ou sans espaces. Sa clé de contrôle est vérifiée."
RNA_HELP = "La lettre W et 9 caractères. Utile quand l’association n’a pas de SIRET."


class StructureForm(SheetForm):
    """The whole sheet: what one needs first, then the five criteria of fiche pratique 4, folded while empty."""

    annuaire = STRUCTURES
    #: What the public directory of companies fills (accounts.entreprises).
    from_directory = (
        "name",
        "sigle",
        "forme_juridique",
        "rna",
        "ape",
        "address",
        "code_postal",
        "commune",
        "departement",
        "annee_creation",
    )

    siret = forms.CharField(label="SIRET", required=False, max_length=24, help_text=SIRET_HELP)
    rna = forms.CharField(label="Numéro RNA", required=False, max_length=16, help_text=RNA_HELP)
    ape = forms.CharField(label="Code APE", required=False, max_length=8, help_text="Par exemple 94.99Z.")
    forme_juridique = ReferenceField(FormeJuridique, label="Forme juridique", required=False)
    departement = DepartementField()
    secteur = SecteurField()
    branche = BrancheField(required=False)

    class Meta:
        model = Structure
        fields = STRUCTURES.fields
        help_texts = {
            "territoire": "Là où elle agit, et là où elle pourrait agir.",
            "annee_creation": "Quatre chiffres.",
            "projet": "Finalités, âge et histoire, membres, vie associative.",
            "budget": "En euros, dernier exercice connu.",
            "financements": "Types de financement, principaux partenaires.",
            "etp": "Équivalents temps plein, par exemple 4,5.",
            "notes": "Réservé à ceux qui lisent cette fiche ; le contenu n’entre pas au journal.",
            "contact_name": "Seulement la personne à joindre pour l’accompagnement, avec son accord.",
        }
        widgets = {
            "address": forms.Textarea(attrs={"rows": 2}),
            "territoire": forms.Textarea(attrs={"rows": 2}),
            "financements": forms.Textarea(attrs={"rows": 3}),
        }

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if self.initial.get("siret"):
            self.initial["siret"] = format_siret(self.initial["siret"])

    def clean_siret(self) -> str:
        return self.refuse_same("siret", clean_siret(self.cleaned_data["siret"]))

    def clean_rna(self) -> str:
        return self.refuse_same("rna", clean_rna(self.cleaned_data["rna"]))

    def clean_ape(self) -> str:
        return clean_ape(self.cleaned_data["ape"])

    def build_layout(self) -> Layout:
        third = "col-md-4"
        return Layout(
            Fieldset(
                "La structure",
                "name",
                Row(Column("siret", css_class=HALF), Column("sigle", css_class=HALF)),
                HTML('{% include "annuaires/entreprises.html" with form_id="fiche" %}'),
                Row(
                    Column("departement", css_class="col-md-5"),
                    Column("code_postal", css_class="col-md-3"),
                    Column("commune", css_class="col-md-4"),
                ),
                "secteur",
            ),
            self.contact_fieldset(),
            Fold(
                "Facultatif : nature, forme juridique, RNA, APE, adresse, territoire, branche",
                Row(Column("nature", css_class=HALF), Column("forme_juridique", css_class=HALF)),
                Row(Column("rna", css_class=HALF), Column("ape", css_class=HALF)),
                "address",
                "territoire",
                "branche",
            ),
            Fold(
                "Facultatif : projet, poids économique et social, compétences, notes",
                "annee_creation",
                "projet",
                Row(Column("budget", css_class=HALF), Column("etp", css_class=HALF)),
                Row(
                    Column("salaries", css_class=third),
                    Column("saisonniers", css_class=third),
                    Column("adherents", css_class=third),
                    Column("benevoles", css_class=third),
                    Column("benevoles_actifs", css_class=third),
                ),
                "financements",
                "competences",
                "notes",
            ),
        )

    def clean(self):
        cleaned = super().clean()
        branche, secteur = cleaned.get("branche"), cleaned.get("secteur")
        if branche and secteur and branche.secteur_id != secteur.pk and "branche" not in self.errors:
            self.add_error("branche", f"La branche « {branche} » n’est pas du secteur « {secteur} ».")
            # Told once: the model would say it again.
            cleaned.pop("branche", None)
        return cleaned


class StructureEditForm(VersionedFormMixin, StructureForm):
    """The sheet of a structure that exists: carries the version it was drawn from."""


class StructureLineForm(SheetLineForm, StructureForm):
    """One line of an imported file."""


class ContactForm(ContactFields):
    """Somebody to reach at a structure."""

    class Meta(ContactFields.Shown):
        model = ContactStructure
        help_texts = {
            "name": "Seulement une personne à joindre pour l’accompagnement, avec son accord.",
            "note": "Par exemple : suit la comptabilité, préside le conseil d’administration.",
        }


class ContactEditForm(VersionedFormMixin, ContactForm):
    """The same, of a contact that exists."""
