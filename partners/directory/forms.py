"""The sheet of a partner."""

from __future__ import annotations

from crispy_forms.layout import Column, Fieldset, Layout, Row
from django import forms

from accounts.annuaires.forms import HALF, SheetForm, SheetLineForm
from core.forms import ContactFields, Fold, VersionedFormMixin
from partners.directory.annuaire import PARTENAIRES
from partners.directory.models import ContactPartenaire, Partenaire
from referentiels.fields import DepartementField, RegionField, SecteurField


class PartenaireForm(SheetForm):
    """Who it is, where, whom to reach."""

    annuaire = PARTENAIRES

    departement = DepartementField(required=False, empty_label="Aucun en particulier")
    region = RegionField(required=False, empty_label="Aucune en particulier")
    secteur = SecteurField(required=False, empty_label="Tous les secteurs")
    website = forms.URLField(
        label="Site internet",
        required=False,
        assume_scheme="https",
        help_text="Adresse complète, par exemple https://www.exemple.fr.",
    )

    class Meta:
        model = Partenaire
        fields = PARTENAIRES.fields
        help_texts = {
            "departement": "Le département où il agit, ou bien la région ci-contre : l’un ou l’autre.",
            "region": "Laissez vide pour un partenaire national.",
            "contact_name": "Seulement la personne à joindre, avec son accord : la fiche est lue dans toute la région.",
            "notes": "Lues dans toute la région ; leur contenu n’entre pas au journal.",
        }

    def build_layout(self) -> Layout:
        return Layout(
            Fieldset(
                "Partenaire",
                "name",
                "famille",
                Row(Column("departement", css_class=HALF), Column("region", css_class=HALF)),
            ),
            self.contact_fieldset(),
            Fold("Facultatif : sigle, site internet, secteur, notes", "sigle", "website", "secteur", "notes"),
        )

    def clean_name(self) -> str:
        return self.refuse_same("name", self.cleaned_data["name"])


class PartenaireLineForm(SheetLineForm, PartenaireForm):
    """One line of an imported file."""


class PartenaireEditForm(VersionedFormMixin, PartenaireForm):
    """The sheet of a partner that exists: carries the version it was drawn from."""


class ContactForm(ContactFields):
    """Somebody to reach at a partner."""

    class Meta(ContactFields.Shown):
        model = ContactPartenaire
        help_texts = {
            **ContactFields.Shown.help_texts,
            "name": "Avec l’accord de la personne : la fiche est lue dans toute la région.",
        }


class ContactEditForm(VersionedFormMixin, ContactForm):
    """The same, of a contact that exists."""
