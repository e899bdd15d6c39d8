"""The form that attaches a file."""

from __future__ import annotations

from django import forms

from core.forms import BaseForm
from core.uploads.fields import UploadField


class AttachmentForm(BaseForm):
    """A file, its category, and the page to go back to."""

    fichier = UploadField()
    categorie = forms.SlugField(required=False, max_length=40, widget=forms.HiddenInput)
    suite = forms.CharField(required=False, max_length=500, widget=forms.HiddenInput)
