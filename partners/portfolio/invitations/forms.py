"""Whom one invites, who asks."""

from __future__ import annotations

from django import forms

from core.forms import BaseForm


class InvitationForm(BaseForm):
    """Whom a DLA or a C2RA invites to write a fiche."""

    email = forms.EmailField(label="Adresse électronique", max_length=254)
    message = forms.CharField(
        label="Message",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Facultatif : quelques mots de votre part, repris dans le courrier.",
    )


class DemandeForm(BaseForm):
    """Somebody asks by herself: only an address, which is verified."""

    email = forms.EmailField(
        label="Votre adresse électronique",
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text="Un lien y est envoyé : c’est lui qui ouvre votre espace.",
    )


class ColleagueForm(BaseForm):
    """A colleague of the prestataire."""

    email = forms.EmailField(label="Adresse électronique de votre collègue", max_length=254)
