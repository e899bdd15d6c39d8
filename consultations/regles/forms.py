"""The form of the rules of a région."""

from __future__ import annotations

from typing import Any

from crispy_forms.layout import Column, Layout, Row
from django import forms

from consultations.regles.models import RegleRegion
from core import clock
from core.forms import BaseModelForm, VersionedFormMixin


class RegleForm(VersionedFormMixin, BaseModelForm):
    """From a day on: how many are invited, what a day costs on average."""

    class Meta:
        model = RegleRegion
        fields = ["depuis", "invites_min", "invites_max", "cout_jour", "regime"]
        widgets = {"regime": forms.RadioSelect}
        help_texts = {
            "depuis": "Aujourd’hui ou plus tard : ce qui est passé a suivi l’ancienne règle.",
            "invites_min": "Deux suffisent (guide de la région Centre).",
            "invites_max": "En inviter plus, ou moins, demande un motif ; rien n’est jamais bloqué.",
            "cout_jour": "Constaté dans la région. Il est proposé dans les cahiers des charges comme un repère, pas un "
            "plafond ; laissez vide si la région n’en donne pas.",
        }

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if self.instance.pk is None:
            self.fields["depuis"].initial = clock.today

    def build_layout(self) -> Layout:
        half = "col-md-6"
        return Layout(
            "version",
            "depuis",
            Row(Column("invites_min", css_class=half), Column("invites_max", css_class=half)),
            Row(Column("cout_jour", css_class=half), Column("regime", css_class=half)),
        )

    def clean(self):
        cleaned = super().clean()
        least, most = cleaned.get("invites_min"), cleaned.get("invites_max")
        if least and most and most < least:
            self.add_error("invites_max", "Ce nombre est inférieur au nombre au moins.")
        return cleaned
