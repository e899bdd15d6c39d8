"""The forms of the choice of a prestataire, and of those consulted."""

from __future__ import annotations

from typing import Any

from crispy_forms.layout import Column, Layout, Row
from django import forms

from consultations.consultes import open_to
from consultations.enums import ChoisiPar
from consultations.models import ChoixPrestataire
from core import clock
from core.actor import Actor
from core.forms import BaseForm, BaseModelForm
from projects.models import Ingenierie


class ChoixForm(BaseModelForm):
    """The day, the way, the reasons, who decided."""

    class Meta:
        model = ChoixPrestataire
        fields = ["date", "mode", "justification", "choisi_par", "decideurs", "motifs"]
        help_texts = {
            "date": "Le jour où le choix a été arrêté : la fiche doit être publiée et à jour ce jour-là.",
            "mode": "Comment les propositions ont été recueillies.",
            "justification": "Seulement sans mise en concurrence, ou si moins de deux prestataires sont inscrits comme "
            "consultés : ce qui l’explique.",
            "decideurs": "Par exemple : comité de pilotage du 12 mars, avec les structures. Sans nommer de personne.",
            "motifs": "Ce qui a emporté la décision, critère par critère. Ils sont restitués à ceux qui ont répondu.",
        }

    def __init__(self, *args: Any, individuelle: bool = False, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["date"].initial = clock.today
        if individuelle:
            self.fields["choisi_par"].choices = [
                (code, label) for code, label in self.fields["choisi_par"].choices if code != ChoisiPar.DLA
            ]
            self.fields["choisi_par"].help_text = "Dans une ingénierie individuelle, avec la structure ou par elle."

    def build_layout(self) -> Layout:
        half = "col-md-6"
        return Layout(
            Row(Column("date", css_class=half), Column("mode", css_class=half)),
            "justification",
            Row(Column("choisi_par", css_class=half), Column("decideurs", css_class=half)),
            "motifs",
        )

    def clean_date(self):
        if self.cleaned_data["date"] > clock.today():
            raise forms.ValidationError("La date de la décision est dans le futur.")
        return self.cleaned_data["date"]


class RetraitForm(BaseForm):
    """Why a choice is taken back."""

    reason = forms.CharField(
        label="Motif",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Par exemple : le prestataire a renoncé. Inscrit au journal.",
    )


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
        label="Pourquoi plus de trois",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Seulement si cette ingénierie en compte alors plus de trois : deux ou trois suffisent. Inscrit au "
        "journal.",
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
