"""What is typed about a diagnostic: its rubrics, its needs, what the structure answered."""

from __future__ import annotations

from typing import Any

from crispy_forms.layout import Column, Fieldset, Layout, Row
from django import forms
from django.forms import modelform_factory

from core import clock
from core.forms import BaseForm, BaseModelForm, VersionedFormMixin
from referentiels import lists
from referentiels.fields import ReferenceField
from referentiels.models import DetailPrestation, TypePrestation
from structures.diagnostics.enums import ModeReponse, ReponseStructure
from structures.diagnostics.models import Besoin, Diagnostic
from structures.diagnostics.rubriques import RUBRIQUES, TITRES, Rubrique
from structures.diagnostics.services import COMMENT_MAX


class _RubriqueForm(VersionedFormMixin, BaseModelForm):
    """One rubric, by its fields."""


def _form_of(rubrique: Rubrique) -> type[_RubriqueForm]:
    text = rubrique.fields[-1]
    form = modelform_factory(
        Diagnostic,
        form=_RubriqueForm,
        fields=list(rubrique.fields),
        widgets={text: forms.Textarea(attrs={"rows": rubrique.lines})},
        help_texts={"date": "Le jour où il a été fait avec la structure.", text: rubrique.help},
    )
    form.base_fields[text].label = rubrique.titre
    return form


#: The form of each rubric, by its code.
FORMS: dict[str, type[_RubriqueForm]] = {rubrique.code: _form_of(rubrique) for rubrique in RUBRIQUES}


def _theme_of(detail: DetailPrestation) -> str:
    return str(lists.by_id(TypePrestation, detail.type_prestation_id) or "")


class BesoinForm(BaseModelForm):
    """A need: what, how pressing, who says so."""

    type_prestation = ReferenceField(TypePrestation, label="Thème (type de prestation Enée)")
    detail = ReferenceField(
        DetailPrestation,
        label="Détail du thème",
        required=False,
        group=_theme_of,
        help_text="Facultatif : une ligne du thème choisi.",
    )

    class Meta:
        model = Besoin
        fields = ["texte", "type_prestation", "detail", "priorite", "exprime", "identifie"]
        help_texts = {"texte": "En une ou deux phrases, du point de vue de la structure."}
        widgets = {"texte": forms.Textarea(attrs={"rows": 3}), "priorite": forms.RadioSelect}

    def build_layout(self) -> Layout:
        half = "col-md-6"
        return Layout(
            "texte",
            Row(Column("type_prestation", css_class=half), Column("detail", css_class=half)),
            "priorite",
            Fieldset("Qui le dit ?", "exprime", "identifie"),
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        theme, detail = cleaned.get("type_prestation"), cleaned.get("detail")
        if theme and detail and detail.type_prestation_id != theme.pk:
            self.add_error("detail", f"« {detail} » n’est pas du thème « {theme} ».")
            cleaned.pop("detail")  # told once: the model would say it again
        if not cleaned.get("exprime") and not cleaned.get("identifie"):
            self.add_error("exprime", "Cochez l’une des deux cases au moins.")
        return cleaned

    def _get_validation_exclusions(self) -> set[str]:
        # Told beside its field by `clean` above, not once more by the model.
        return super()._get_validation_exclusions() | {"exprime", "identifie"}


class BesoinEditForm(VersionedFormMixin, BesoinForm):
    """A need that exists."""


def comment_fields() -> dict[str, forms.CharField]:
    """A field of comment for each rubric."""
    return {
        f"commentaire_{code}": forms.CharField(
            label=titre, required=False, max_length=COMMENT_MAX, widget=forms.Textarea(attrs={"rows": 2})
        )
        for code, titre in TITRES.items()
    }


class ReponseRecueForm(BaseForm):
    """What the structure told the DLA by word of mouth or in writing."""

    reponse = forms.ChoiceField(
        label="Ce que dit la structure", choices=ReponseStructure.choices, widget=forms.RadioSelect
    )
    nom = forms.CharField(label="Qui a répondu", max_length=120, help_text="La personne qui engage la structure.")
    fonction = forms.CharField(label="Sa fonction", max_length=120, required=False)
    mode = forms.ChoiceField(
        label="Comment", choices=[c for c in ModeReponse.choices if c[0] != ModeReponse.LIEN], widget=forms.RadioSelect
    )
    date = forms.DateField(label="Date de la réponse", initial=clock.today)

    def build_layout(self) -> Layout:
        half = "col-md-6"
        return Layout(
            "reponse",
            Row(Column("nom", css_class=half), Column("fonction", css_class=half)),
            Row(Column("mode", css_class=half), Column("date", css_class=half)),
        )


class ReponseForm(ReponseRecueForm):
    """The same, on a diagnostic."""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        for name, field in comment_fields().items():
            self.fields[name] = field

    def build_layout(self) -> Layout:
        return Layout(
            *super().build_layout().fields,
            Fieldset("Ses remarques, rubrique par rubrique", *comment_fields()),
        )

    def answer(self) -> dict[str, Any]:
        """The values for ``services.record_reponse``."""
        named = {k: v for k, v in self.cleaned_data.items() if not k.startswith("commentaire_")}
        return {**named, "commentaires": comments_of(self.cleaned_data)}


class LectureForm(BaseForm):
    """What the structure answers by its link; ``partage`` is what it had before its eyes."""

    partage = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=32_767)
    reponse = forms.ChoiceField(
        label="Ce diagnostic",
        choices=[
            (ReponseStructure.VALIDE, "dit bien notre situation : nous le validons"),
            (ReponseStructure.A_MODIFIER, "est à modifier, comme nous le disons dans les rubriques"),
        ],
        widget=forms.RadioSelect,
    )
    fonction = forms.CharField(label="Votre fonction dans la structure", max_length=120, required=False)

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        for name, field in comment_fields().items():
            field.label = f"Votre remarque sur : {field.label.lower()}"
            self.fields[name] = field

    def build_layout(self) -> Layout:
        return Layout("partage", "reponse", "fonction")

    @property
    def helper(self):
        helper = super().helper
        # The comments are drawn under what they are about.
        helper.render_unmentioned_fields = False
        return helper

    def answer(self) -> dict[str, Any]:
        """The values for ``services.answer_by_link``."""
        data = self.cleaned_data
        return {"reponse": data["reponse"], "fonction": data["fonction"], "commentaires": comments_of(data)}


def comments_of(cleaned: dict[str, Any]) -> dict[str, str]:
    """The comments among cleaned values, by the code of their rubric."""
    return {code: cleaned.get(f"commentaire_{code}", "") for code in TITRES}
