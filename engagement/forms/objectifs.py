"""Forms of the objectives and of the expected results."""

from __future__ import annotations

from typing import Any

from crispy_forms.layout import Column, Layout, Row
from django import forms
from django.utils.html import format_html

from core.forms import BaseForm, BaseModelForm, VersionedFormMixin
from engagement.enums import CADRE, NatureObjectif
from engagement.models import ResultatAttendu
from engagement.services.objectifs import OWN_MAX, PRECISION_MAX, split_lines


def _cadre_fields() -> dict[str, forms.Field]:
    fields: dict[str, forms.Field] = {}
    for nature, cadre in CADRE.items():
        for code, label in cadre.choices:
            fields[f"retenu_{code}"] = forms.BooleanField(label=label, required=False)
            fields[f"precision_{code}"] = forms.CharField(
                label=format_html('Précision<span class="visually-hidden"> sur « {} »</span>', label),
                required=False,
                max_length=PRECISION_MAX,
                widget=forms.Textarea(attrs={"rows": "1"}),
            )
        fields[f"propres_{nature}"] = forms.CharField(
            label=f"Autres objectifs {NatureObjectif(nature).label}s",
            help_text="Un par ligne, une phrase chacun.",
            required=False,
            widget=forms.Textarea(attrs={"rows": "3"}),
        )
    return fields


#: The part of the form that the framework dictates.
_CadreForm = type("_CadreForm", (BaseForm,), _cadre_fields())


class ObjectifsForm(VersionedFormMixin, _CadreForm):
    """The objectives of the framework to tick and make precise, the ingénierie's own, those of the evaluation."""

    objet = forms.CharField(
        label="Objet de l’évaluation",
        help_text="Qu’évaluera-t-on ? La démarche dans son ensemble, les interventions, autre chose.",
        widget=forms.Textarea,
        required=False,
    )
    raisons = forms.CharField(
        label="Raisons de l’évaluation",
        help_text="Pourquoi évaluer ? Savoir si les objectifs sont atteints, améliorer la suite, rendre compte…",
        widget=forms.Textarea,
        required=False,
    )

    def clean(self):
        cleaned = super().clean()
        for nature, cadre in CADRE.items():
            name = f"propres_{nature}"
            lines = split_lines(cleaned.get(name) or "")
            if any(len(line) > OWN_MAX for line in lines):
                self.add_error(name, f"Un objectif tient sur une ligne de {OWN_MAX} caractères au plus.")
            if len(lines) > 20:
                self.add_error(name, "Vingt objectifs propres par niveau au plus : peu d’objectifs, bien choisis.")
            for code in cadre.values:
                if cleaned.get(f"precision_{code}", "").strip() and not cleaned.get(f"retenu_{code}"):
                    self.add_error(f"retenu_{code}", "Cochez cet objectif pour garder sa précision, ou effacez-la.")
        return cleaned

    def groups(self) -> list[dict[str, Any]]:
        """The fields by level, for the template."""
        return [
            {
                "nature": nature,
                "rows": [(self[f"retenu_{code}"], self[f"precision_{code}"]) for code in cadre.values],
                "propres": self[f"propres_{nature}"],
            }
            for nature, cadre in CADRE.items()
        ]


class ResultatForm(BaseModelForm):
    """A new expected result."""

    class Meta:
        model = ResultatAttendu
        fields = ["libelle", "nature", "indicateur", "cible", "mesure"]
        help_texts = {
            "libelle": "Ce qui aura changé, en une phrase.",
            "indicateur": "Le signe qui le montrera.",
            "cible": "La valeur visée ; nécessaire pour fixer un résultat quantitatif.",
            "mesure": "Comment, par qui et quand on le constatera.",
        }

    def build_layout(self) -> Layout:
        half = "col-md-6"
        return Layout(
            Row(Column("libelle", css_class="col-md-8"), Column("nature", css_class="col-md-4")),
            Row(Column("indicateur", css_class=half), Column("cible", css_class=half)),
            "mesure",
        )


class ResultatEditForm(VersionedFormMixin, ResultatForm):
    """An expected result that exists."""
