"""The remarks of the C2RA."""

from __future__ import annotations

from django import forms

from core.forms import BaseForm


class RemarqueForm(BaseForm):
    """A remark, at its place."""

    ancre = forms.CharField(required=False, max_length=60, widget=forms.HiddenInput)
    rubrique = forms.CharField(max_length=20, widget=forms.HiddenInput)
    texte = forms.CharField(label="Remarque", max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))
