"""From the radar to an ingénierie, and pooling between DLA."""

from __future__ import annotations

from typing import Any

from django import forms

from core import clock
from core.forms import BaseForm, BaseModelForm
from projects.besoins.models import Mutualisation


class OuvrirForm(BaseForm):
    """The title of the ingénierie that opens."""

    titre = forms.CharField(
        label="Titre de l’ingénierie",
        max_length=200,
        help_text="Ce qu’elle est, en une ligne : c’est le nom que tout le monde lira. Il se change ensuite.",
    )


class MutualisationForm(BaseModelForm):
    """What the C2RA proposes."""

    class Meta:
        model = Mutualisation
        fields = ["titre", "message", "reponse_avant", "seuil"]
        help_texts = {
            "titre": "Le besoin à traiter ensemble, en une ligne.",
            "message": "Ce qui revient d’un DLA à l’autre, ce que mutualiser apporterait. Lu par les DLA de la région.",
            "reponse_avant": "Trois semaines laissent le temps d’en parler en équipe.",
            "seuil": "L’ingénierie peut s’ouvrir dès que tant de DLA ont accepté. Deux au moins.",
        }

    def clean_reponse_avant(self):
        date = self.cleaned_data["reponse_avant"]
        if date <= clock.today():
            raise forms.ValidationError("Cette date est passée : donnez-en une dans le futur.")
        return date


class ReponseForm(BaseForm):
    """What a DLA answers; ``choices`` are those its situation allows."""

    reponse = forms.ChoiceField(label="Réponse de votre DLA", widget=forms.RadioSelect)
    commentaire = forms.CharField(
        label="Commentaire",
        help_text="Facultatif, sauf si vous déclinez : dites pourquoi. Lu par le C2RA et les DLA de la région.",
        widget=forms.Textarea,
        required=False,
        max_length=2000,
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, required=False)

    def __init__(self, *args: Any, choices: list[tuple[str, str]], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["reponse"].choices = choices
