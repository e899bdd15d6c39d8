"""Inscribing a prestataire."""

from __future__ import annotations

from crispy_forms.layout import HTML, Layout
from django import forms

from core.forms import BaseForm
from core.identifiers import clean_siret
from partners.portfolio.prestataire.enums import TypePrestataire
from referentiels.fields import ReferenceField
from referentiels.models import (
    Region,
)


class PrestataireForm(BaseForm):
    """Creating a prestataire, or finding it by its SIRET."""

    #: What the public directory of companies fills (accounts.entreprises).
    from_directory = ("name", "region")

    siret = forms.CharField(
        label="SIRET",
        max_length=20,
        help_text="14 chiffres. S’il est déjà inscrit, vous demanderez à rejoindre ce prestataire.",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    name = forms.CharField(label="Raison sociale", max_length=200)
    region = ReferenceField(
        Region, label="Région d’attache", help_text="Celle de votre siège : son C2RA relira votre fiche."
    )
    kind = forms.ChoiceField(label="Type", choices=TypePrestataire.choices, widget=forms.RadioSelect)

    def build_layout(self) -> Layout:
        return Layout(
            "siret", HTML('{% include "annuaires/entreprises.html" with form_id="fiche" %}'), "name", "region", "kind"
        )

    def clean_siret(self) -> str:
        return clean_siret(self.cleaned_data["siret"])
