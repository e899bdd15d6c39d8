"""Forms of the gate."""

from __future__ import annotations

from django import forms

from core import clock
from core.forms import BaseForm
from projects.enums import SensAvis


class AttestationForm(BaseForm):
    """The pilot's written word that a condition holds."""

    date = forms.DateField(label="Date du fait attesté")
    text = forms.CharField(
        label="Ce que vous attestez",
        help_text="Qui, quoi, quelle pièce le prouve. L’attestation est inscrite au journal avec votre nom.",
        widget=forms.Textarea,
        max_length=2000,
    )

    def clean_date(self):
        date = self.cleaned_data["date"]
        if date > clock.today():
            raise forms.ValidationError("Cette date est dans le futur : attestez un fait accompli.")
        return date


class AvisC2RAForm(BaseForm):
    """The opinion of the C2RA at a gate."""

    sens = forms.ChoiceField(label="Avis", choices=SensAvis.choices, widget=forms.RadioSelect)
    commentaire = forms.CharField(label="Commentaire", widget=forms.Textarea, required=False, max_length=5000)
