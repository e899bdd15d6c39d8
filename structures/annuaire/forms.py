"""The sheet of a structure, and the short form that inscribes one."""

from __future__ import annotations

from typing import Any

from crispy_forms.layout import Column, Fieldset, Layout, Row
from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.html import format_html

from core.forms import BaseForm, BaseModelForm, ContactFields, VersionedFormMixin
from referentiels.fields import BrancheField, DepartementField, ReferenceField, SecteurField
from referentiels.lines import LineFormMixin
from referentiels.models import FormeJuridique
from structures.annuaire import duplicates
from structures.annuaire.models import ContactStructure, Structure
from structures.identifiers import clean_rna, clean_siret, format_siret

SIRET_HELP = "14 chiffres, avec ou sans espaces. Sa clé de contrôle est vérifiée."
RNA_HELP = "La lettre W et 9 caractères. Utile quand l’association n’a pas de SIRET."


class NumbersMixin:
    """Cleans SIRET and RNA and refuses, with a link, the number of a structure already in the directory."""

    owner_id: int | None = None
    exclude_id: int | None = None

    def clean_siret(self) -> str:
        return self._number("siret", clean_siret(self.cleaned_data["siret"]))

    def clean_rna(self) -> str:
        return self._number("rna", clean_rna(self.cleaned_data["rna"]))

    def _number(self, field: str, value: str) -> str:
        if value and self.owner_id is not None:
            found = duplicates.same_number(self.owner_id, **{field: value}, exclude=self.exclude_id)
            if found:
                raise ValidationError(self.refusal_of(*found), code="duplicate")
        return value

    def refusal_of(self, field: str, existing: Structure) -> str:
        """What to say of a number already in the directory."""
        return already_inscribed(field, existing)


def already_inscribed(field: str, existing: Structure) -> str:
    """The refusal of a number already in the directory, with the way to the structure that has it."""
    return format_html(
        'Ce {} est déjà celui de <a href="{}">{}</a>, dans votre annuaire.',
        "SIRET" if field == "siret" else "numéro RNA",
        reverse("structures:detail", args=[existing.pk]),
        existing,
    )


class StructureForm(NumbersMixin, BaseModelForm):
    """The whole sheet, in the order of the five criteria of fiche pratique 4."""

    siret = forms.CharField(label="SIRET", required=False, max_length=24, help_text=SIRET_HELP)
    rna = forms.CharField(label="Numéro RNA", required=False, max_length=16, help_text=RNA_HELP)
    forme_juridique = ReferenceField(FormeJuridique, label="Forme juridique", required=False)
    departement = DepartementField()
    secteur = SecteurField()
    branche = BrancheField(required=False)

    class Meta:
        model = Structure
        fields = [
            "name",
            "sigle",
            "nature",
            "forme_juridique",
            "siret",
            "rna",
            "address",
            "code_postal",
            "commune",
            "departement",
            "territoire",
            "secteur",
            "branche",
            "annee_creation",
            "projet",
            "budget",
            "financements",
            "etp",
            "salaries",
            "benevoles",
            "adherents",
            "competences",
            "contact_name",
            "contact_function",
            "contact_email",
            "contact_phone",
            "notes",
        ]
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

    def __init__(self, *args: Any, actor: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        organisation = self.instance.organisation if self.instance.pk else actor.organisation
        self.owner_id = organisation.pk if organisation else None
        self.exclude_id = self.instance.pk
        if organisation is not None:
            self.fields["departement"].prefer_region(organisation.region_id)
        if self.initial.get("siret"):
            self.initial["siret"] = format_siret(self.initial["siret"])

    def build_layout(self) -> Layout:
        half = "col-md-6"
        return Layout(
            Fieldset(
                "Identité",
                "name",
                Row(Column("sigle", css_class=half), Column("nature", css_class=half)),
                Row(Column("siret", css_class=half), Column("rna", css_class=half)),
                "forme_juridique",
            ),
            Fieldset(
                "Territoire",
                "address",
                Row(Column("code_postal", css_class="col-md-3"), Column("commune", css_class="col-md-9")),
                "departement",
                "territoire",
            ),
            Fieldset("Secteur", Row(Column("secteur", css_class=half), Column("branche", css_class=half))),
            Fieldset("Projet", "annee_creation", "projet"),
            Fieldset(
                "Poids économique et social",
                Row(Column("budget", css_class=half), Column("etp", css_class=half)),
                Row(
                    Column("salaries", css_class="col-md-4"),
                    Column("benevoles", css_class="col-md-4"),
                    Column("adherents", css_class="col-md-4"),
                ),
                "financements",
            ),
            Fieldset("Compétences", "competences"),
            Fieldset(
                "Contact",
                Row(Column("contact_name", css_class=half), Column("contact_function", css_class=half)),
                Row(Column("contact_email", css_class=half), Column("contact_phone", css_class=half)),
            ),
            Fieldset("Notes", "notes"),
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


class StructureLineForm(LineFormMixin, StructureForm):
    """One line of an imported file: the same rules; the numbers already known are looked for by the import."""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.owner_id = None


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


class ArchiveForm(VersionedFormMixin, BaseForm):
    """Why a structure leaves the active directory."""

    reason = forms.CharField(
        label="Motif",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Par exemple : dissoute, fusionnée, inscrite deux fois. Inscrit au journal.",
    )
