"""The forms of the prestataires consulted."""

from __future__ import annotations

from typing import Any

from django import forms

from consultations.consultes.permissions import open_to
from core import clock
from core.actor import Actor
from core.forms import BaseForm
from projects.ingenierie.models import Ingenierie


class _Ingenieries(forms.ModelChoiceField):
    def label_from_instance(self, obj: Ingenierie) -> str:
        return f"{obj.titre} ({obj.get_state_display()})"


class ConsulterForm(BaseForm):
    """For which ingénierie, which day, and why when they are many."""

    ingenierie = _Ingenieries(
        label="Ingénierie",
        queryset=Ingenierie.objects.none(),
        help_text="Celles dont votre organisation décide, et dont le cahier des charges est commencé.",
        error_messages={"required": "Choisissez l’ingénierie pour laquelle ils ont été consultés."},
    )
    date = forms.DateField(
        label="Consultés le",
        help_text="Le jour où le cahier des charges leur a été envoyé : leur fiche doit être publiée et à jour ce "
        "jour-là.",
    )
    motif = forms.CharField(
        label="Pourquoi plus que la règle",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Seulement si cette ingénierie en compte alors plus que la règle de la région. Inscrit au journal.",
    )

    def __init__(self, *args: Any, actor: Actor, why_not: str = "", **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["ingenierie"].queryset = open_to(actor)
        if why_not:
            # The one named left « Confirmer » meanwhile, or another organisation decides: said beside the field.
            self.fields["ingenierie"].error_messages["invalid_choice"] = why_not
        self.fields["date"].initial = clock.today

    def clean_date(self):
        if self.cleaned_data["date"] > clock.today():
            raise forms.ValidationError("Le jour de la consultation est dans le futur.")
        return self.cleaned_data["date"]


class ErreurForm(BaseForm):
    """Why a prestataire is taken out of those consulted."""

    reason = forms.CharField(
        label="Motif",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Par exemple : inscrit pour la mauvaise ingénierie. Inscrit au journal.",
    )
