"""The sheet of a partner."""

from __future__ import annotations

from typing import Any

from crispy_forms.layout import Column, Fieldset, Layout, Row
from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.html import format_html

from core.forms import BaseForm, BaseModelForm, ContactFields, VersionedFormMixin
from partners.directory import services
from partners.directory.models import ContactPartenaire, Partenaire
from referentiels.fields import DepartementField, ReferenceField, SecteurField
from referentiels.lines import LineFormMixin
from referentiels.models import Region


def already_inscribed(existing: Partenaire) -> str:
    """The refusal of a name already in the directory, with the way to the partner that has it."""
    return format_html(
        '<a href="{}">{}</a> est déjà dans votre annuaire.',
        reverse("directory:detail", args=[existing.pk]),
        existing,
    )


class PartenaireForm(BaseModelForm):
    """Who it is, where, whom to reach."""

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
        fields = [
            "name",
            "sigle",
            "famille",
            "departement",
            "region",
            "secteur",
            "website",
            "contact_name",
            "contact_function",
            "contact_email",
            "contact_phone",
            "notes",
        ]
        help_texts = {
            "departement": "Le département où il agit, ou bien la région ci-contre : l’un ou l’autre.",
            "region": "Laissez vide pour un partenaire national.",
            "contact_name": "Seulement la personne à joindre, avec son accord : la fiche est lue dans toute la région.",
            "notes": "Lues dans toute la région ; leur contenu n’entre pas au journal.",
        }

    def __init__(self, *args: Any, actor: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.organisation = self.instance.organisation if self.instance.pk else actor.organisation
        if self.organisation is not None:
            self.fields["departement"].prefer_region(self.organisation.region_id)

    def build_layout(self) -> Layout:
        half = "col-md-6"
        return Layout(
            Fieldset(
                "Partenaire",
                "name",
                Row(Column("sigle", css_class=half), Column("famille", css_class=half)),
                "website",
            ),
            Fieldset(
                "Territoire et secteur",
                Row(Column("departement", css_class=half), Column("region", css_class=half)),
                "secteur",
            ),
            Fieldset(
                "Contact",
                Row(Column("contact_name", css_class=half), Column("contact_function", css_class=half)),
                Row(Column("contact_email", css_class=half), Column("contact_phone", css_class=half)),
            ),
            Fieldset("Notes", "notes"),
        )

    def clean_name(self) -> str:
        name = self.cleaned_data["name"]
        if self.organisation is not None:
            found = services.same_name(self.organisation.pk, name, exclude=self.instance.pk)
            if found is not None:
                raise ValidationError(already_inscribed(found), code="duplicate")
        return name


class PartenaireLineForm(LineFormMixin, PartenaireForm):
    """One line of an imported file: the same rules; the names already known are looked for by the import."""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.organisation = None


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


class ArchiveForm(VersionedFormMixin, BaseForm):
    """Why a partner leaves the active directory."""

    reason = forms.CharField(
        label="Motif",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Par exemple : dispositif terminé, inscrit deux fois. Inscrit au journal.",
    )
