"""The sheet of a partner."""

from __future__ import annotations

from crispy_forms.layout import Column, Fieldset, Layout, Row
from django import forms

from accounts.annuaires.forms import HALF, SheetForm, SheetLineForm
from core.forms import ContactFields, VersionedFormMixin
from partners.directory.annuaire import PARTENAIRES
from partners.directory.models import ContactPartenaire, Partenaire
from referentiels.fields import DepartementField, ReferenceField, SecteurField
from referentiels.models import Region


class PartenaireForm(SheetForm):
    """Who it is, where, whom to reach."""

    annuaire = PARTENAIRES

    departement = DepartementField(required=False, empty_label="Aucun en particulier")
    region = ReferenceField(Region, label="Région", required=False, empty_label="Aucune en particulier")
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
                Row(Column("sigle", css_class=HALF), Column("famille", css_class=HALF)),
                "website",
            ),
            Fieldset(
                "Territoire et secteur",
                Row(Column("departement", css_class=HALF), Column("region", css_class=HALF)),
                "secteur",
            ),
            *self.last_fieldsets(),
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
