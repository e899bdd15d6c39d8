"""The forms of the fiche de suivi."""

from __future__ import annotations

from crispy_forms.layout import Column, Layout, Row
from django import forms

from core.forms import BaseModelForm, VersionedFormMixin
from missions.suivi.enums import Besoin
from missions.suivi.models import EtapeSuivi, FicheSuivi

_HALF = "col-md-6"


class ConsultantForm(VersionedFormMixin, BaseModelForm):
    """Who leads the mission."""

    class Meta:
        model = FicheSuivi
        fields = ["consultant"]


class BesoinForm(VersionedFormMixin, BaseModelForm):
    """The check at the start."""

    class Meta:
        model = FicheSuivi
        fields = ["besoin_actuel", "besoin_commentaire", "besoin_le"]
        widgets = {"besoin_actuel": forms.RadioSelect, "besoin_commentaire": forms.Textarea(attrs={"rows": 4})}
        help_texts = {"besoin_commentaire": "Obligatoire si le besoin n’est plus le même."}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["besoin_actuel"]
        field.choices, field.required = Besoin.choices, True


class PrevuForm(VersionedFormMixin, BaseModelForm):
    """The planned part of one row; the dates stand no more once it was returned."""

    class Meta:
        model = EtapeSuivi
        fields = ["prevu_debut", "prevu_fin", "personnes_prevues"]
        widgets = {"personnes_prevues": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.fiche.prevue_le is not None:
            del self.fields["prevu_debut"], self.fields["prevu_fin"]

    def build_layout(self) -> Layout:
        days = [name for name in ("prevu_debut", "prevu_fin") if name in self.fields]
        row = [Row(*(Column(name, css_class=_HALF) for name in days))] if days else []
        return Layout(*row, "personnes_prevues", "version")


class EtatForm(VersionedFormMixin, BaseModelForm):
    """What was done in a stage."""

    class Meta:
        model = EtapeSuivi
        fields = ["fait_le", "personnes_rencontrees", "production_remise", "modifiee", "commentaire"]
        widgets = {
            name: forms.Textarea(attrs={"rows": 3})
            for name in ("personnes_rencontrees", "production_remise", "commentaire")
        }
        help_texts = {
            "commentaire": "Si utile ; obligatoire si quelque chose a changé, ou si la date n’est pas celle prévue."
        }
