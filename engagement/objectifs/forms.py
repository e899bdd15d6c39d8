"""Forms of the objectives and of the expected results."""

from __future__ import annotations

from typing import Any

from crispy_forms.layout import Column, Layout, Row
from django import forms
from django.utils.html import format_html

from core.forms import BaseForm, BaseModelForm, VersionedFormMixin
from engagement.objectifs.enums import CADRE, NatureObjectif
from engagement.objectifs.models import ResultatAttendu
from engagement.objectifs.services import OWN_MAX, PRECISION_MAX, split_lines


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
        fields = [
            "libelle", "nature", "indicateur", "cible_nombre", "cible_unite", "cible", "mesure", "mesure_source",
            "mesure_quand", "mesure_qui",
        ]  # fmt: skip
        labels = {
            "cible_nombre": "Nombre visé",
            "cible_unite": "Unité",
            "cible": "Cible en mots",
            "mesure_source": "Source",
            "mesure_quand": "Quand",
            "mesure_qui": "Par qui",
        }
        help_texts = {
            "libelle": "Ce qui aura changé, en une phrase.",
            "indicateur": "Le signe qui le montrera.",
            "cible_nombre": "Nécessaire pour fixer un résultat quantitatif.",
            "cible_unite": "Ce que l’on compte : associations, journées, %…",
            "cible": "Ce que le nombre ne dit pas, ou la cible d’un résultat qualitatif.",
            "mesure": "Comment on le constatera : questionnaire, entretien, comptage…",
            "mesure_source": "Feuilles de présence, bilan des structures, enquête…",
            "mesure_quand": "À la fin, à six mois…",
            "mesure_qui": "Une fonction : prestataire, chargé de mission…",
        }

    def build_layout(self) -> Layout:
        def row(*names: tuple[str, str]) -> Row:
            return Row(*(Column(name, css_class=width) for name, width in names))

        return Layout(
            row(("libelle", "col-md-8"), ("nature", "col-md-4")),
            row(("indicateur", "col-md-6"), ("cible_nombre", "col-6 col-md-3"), ("cible_unite", "col-6 col-md-3")),
            "cible",
            row(("mesure", "col-md-6"), ("mesure_source", "col-md-6")),
            row(("mesure_quand", "col-6"), ("mesure_qui", "col-6")),
        )

    def clean(self):
        cleaned = super().clean()
        number, unit = cleaned.get("cible_nombre"), (cleaned.get("cible_unite") or "").strip()
        if number is not None and number < 0:
            self.add_error("cible_nombre", "Le nombre visé n’est pas négatif : dites une baisse en mots.")
        elif unit and number is None and "cible_nombre" not in self.errors:
            self.add_error("cible_nombre", "Donnez le nombre que compte cette unité, ou laissez l’unité vide.")
        return cleaned


class ResultatEditForm(VersionedFormMixin, ResultatForm):
    """An expected result that exists."""
