"""Asking a prestataire-partenaire, and its answer."""

from __future__ import annotations

from django import forms

from core import clock
from core.forms import BaseForm, BaseModelForm
from mobilisation.prestataires.models import DemandePrestataire
from mobilisation.prestataires.services import ANSWER_LENGTH


class DemandeForm(BaseModelForm):
    """What is asked, and what is given to read."""

    class Meta:
        model = DemandePrestataire
        fields = ["moment", "question", "donne_a_lire", "attendue_le"]
        help_texts = {
            "donne_a_lire": "Le prestataire ne lit que cela du dossier. Si un appel s’ouvre, tous les candidats le "
            "liront, avec sa réponse : aucun n’en saura plus que les autres.",
        }

    def clean_attendue_le(self):
        day = self.cleaned_data["attendue_le"]
        if day and day < clock.today():
            raise forms.ValidationError("Cette date est déjà passée.")
        return day


class AvisForm(BaseForm):
    """The answer."""

    reponse = forms.CharField(
        label="Votre réponse", max_length=ANSWER_LENGTH, widget=forms.Textarea(attrs={"rows": "8"}),
        error_messages={"required": "Écrivez votre réponse."},
    )  # fmt: skip
