"""The forms of the final report, part by part."""

from __future__ import annotations

from typing import Any

from crispy_forms.layout import Column, Layout, Row
from django import forms

from core.forms import BaseForm, BaseModelForm, VersionedFormMixin
from missions.rapports.enums import SortePreconisation
from missions.rapports.models import EtapeRapport, Preconisation, RapportFinal, ResultatRapport
from projects.structures_ciblees.models import StructureCiblee
from referentiels.fields import ReferenceField
from referentiels.models import TypePrestation

_LONG = {"rows": 8}


class AttentesForm(VersionedFormMixin, BaseModelForm):
    """What was agreed before the report was written."""

    class Meta:
        model = RapportFinal
        fields = ["attentes", "attentes_le"]
        help_texts = {
            "attentes": "Ce que le chargé de mission et le prestataire sont convenus que le rapport dise en plus, ou "
            "sous quelle forme. Facultatif.",
        }
        widgets = {"attentes": forms.Textarea(attrs=_LONG)}


def _section(field: str, help_text: str) -> type:
    class Section(VersionedFormMixin, BaseModelForm):
        class Meta:
            model = RapportFinal
            fields = [field]
            help_texts = {field: help_text}
            widgets = {field: forms.Textarea(attrs={"rows": 12})}

    return Section


#: The form of each section, by its code (:data:`missions.rapports.services.SECTIONS`).
FORMS: dict[str, type] = {
    "attentes": AttentesForm,
    "deroulement": _section("deroulement", "Facultatif : le détail se dit étape par étape."),
    "productions": _section(
        "productions", "La liste vient de ce qui est remis ; ajoutez ici ce qui l’éclaire, ou pourquoi elle est vide."
    ),
    "resultats": _section("autres_resultats", "Ce qui est atteint sans avoir été attendu."),
    "effets": _section(
        "effets", "Ce que la mission a déclenché au-delà de ses résultats : changements, liens, décisions."
    ),
    "observations": _section("observations", "Les préconisations s’écrivent à part, une par une."),
}


class EtapeForm(VersionedFormMixin, BaseModelForm):
    """A stage: synthetic comments on contents, methods, difficulties."""

    class Meta:
        model = EtapeRapport
        fields = ["contenu", "methodes", "difficultes"]
        help_texts = {"difficultes": "Ce qui a gêné, ce qui a changé ; laissez vide s’il n’y en a pas eu."}
        widgets = {name: forms.Textarea(attrs={"rows": 5}) for name in fields}


class ResultatForm(VersionedFormMixin, BaseModelForm):
    """What was reached of one expected result."""

    class Meta:
        model = ResultatRapport
        fields = ["atteint"]
        widgets = {"atteint": forms.Textarea(attrs=_LONG)}


class PreconisationForm(BaseModelForm):
    """A recommendation."""

    class Meta:
        model = Preconisation
        fields = ["texte"]
        help_texts = {"texte": "Une seule à la fois : chacune peut devenir un besoin, ou une ligne d’un plan."}
        widgets = {"texte": forms.Textarea(attrs={"rows": 4})}


class PreconisationEditForm(VersionedFormMixin, PreconisationForm):
    """The same, changed."""


class RepriseForm(BaseForm):
    """What a recommendation becomes, for which structure."""

    structure = forms.ModelChoiceField(label="Structure", queryset=StructureCiblee.objects.none())
    sorte = forms.ChoiceField(label="Elle devient", choices=SortePreconisation.choices, widget=forms.RadioSelect)
    type_prestation = ReferenceField(TypePrestation, label="Thème, pour un besoin", required=False)

    def __init__(self, *args: Any, structures: list[StructureCiblee], **kwargs: Any):
        super().__init__(*args, **kwargs)
        field = self.fields["structure"]
        keys = [row.pk for row in structures]
        field.queryset = StructureCiblee.objects.filter(pk__in=keys).select_related("structure")
        field.label_from_instance = lambda row: str(row.structure)
        if len(structures) == 1:
            field.empty_label = None

    def build_layout(self) -> Layout:
        return Layout(
            Row(Column("structure", css_class="col-md-6"), Column("type_prestation", css_class="col-md-6")), "sorte"
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("sorte") == SortePreconisation.BESOIN and not cleaned.get("type_prestation"):
            self.add_error("type_prestation", "Choisissez le thème de ce besoin.")
        return cleaned
