"""Whom to invite to hold a fiche taken over."""

from __future__ import annotations

from django import forms

from core.forms import BaseForm


class AdresseForm(BaseForm):
    """Whom to invite to hold a fiche taken over."""

    email = forms.EmailField(label="Adresse électronique du référent", max_length=254)
