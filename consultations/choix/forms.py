"""The forms of the choice of a prestataire."""

from __future__ import annotations

from typing import Any

from crispy_forms.layout import Column, Layout, Row
from django import forms

from consultations.choix.enums import SAISIS, ChoisiPar
from consultations.choix.models import ChoixPrestataire
from core import clock
from core.forms import BaseForm, BaseModelForm


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
            "motifs": "Ce qui a emporté la décision, critère par critère. Rien n’en est envoyé : c’est vous qui "
            "les restituez à ceux qui ont répondu.",
        }

    def __init__(self, *args: Any, individuelle: bool = False, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["date"].initial = clock.today
        self.fields["mode"].choices = [("", "Choisir…"), *((mode.value, mode.label) for mode in SAISIS)]
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
