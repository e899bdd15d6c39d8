"""What a visitor writes."""

from __future__ import annotations

from django import forms

from core.forms import BaseForm


class MessageForm(BaseForm):
    """What a visitor of the public pages writes to a prestataire."""

    nom = forms.CharField(label="Votre nom", max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    email = forms.EmailField(
        label="Votre adresse électronique",
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text="C’est là que le prestataire vous répondra.",
    )
    texte = forms.CharField(
        label="Votre message",
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 7}),
        help_text="Qui vous êtes, votre besoin, votre calendrier.",
    )

    def is_human(self) -> bool:
        """A field that nobody sees stays empty; machines fill it."""
        return not self.data.get("complement")
