"""The forms of the results: what is asked, needs found in an answer, what is asked again later."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from crispy_forms.layout import Column, Layout, Row
from django import forms
from django.forms import BoundField

from core.forms import BaseForm, BaseModelForm, VersionedFormMixin
from evaluation.questionnaires.contenu import definition_of
from evaluation.questionnaires.definitions import CHOIX_MAX, TEXTE_MAX
from evaluation.questionnaires.enums import Forme, SorteRepondant
from evaluation.questionnaires.models import Questionnaire
from evaluation.resultats.enums import Mois
from evaluation.resultats.models import SuiviPrevu
from evaluation.resultats.services.adaptation import Choix, sources_of
from projects.structures_ciblees.models import StructureCiblee
from structures.diagnostics.forms import BesoinForm

MOTIF_MAX = 300


@dataclass(frozen=True)
class LigneAdaptation:
    """One question of the page: whom it is asked of, why it is put aside."""

    numero: str
    code: str
    texte: str
    nature: str
    propre: bool
    sources: BoundField
    ecarter: BoundField
    motif: BoundField


class AdaptationForm(VersionedFormMixin, BaseForm):
    """Each question: asked of whom, or put aside and why."""

    def __init__(self, *args: Any, questionnaire: Questionnaire, **kwargs: Any):
        self.definition = definition_of(questionnaire)
        super().__init__(*args, **kwargs)
        choices = sources_of(questionnaire.code)
        for partie in self.definition.parties:
            for question in partie.questions:
                code = question.code
                self.fields[f"{code}-sources"] = forms.MultipleChoiceField(
                    label=f"À qui la poser : {question.texte}",
                    choices=choices,
                    required=False,
                    widget=forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"}),
                    initial=list(self.definition.answers(question, partie)),
                )
                self.fields[f"{code}-ecarter"] = forms.BooleanField(
                    label="Écarter cette question",
                    required=False,
                    initial=bool(question.ecartee),
                    widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
                )
                self.fields[f"{code}-motif"] = forms.CharField(
                    label="Pourquoi elle est écartée",
                    max_length=MOTIF_MAX,
                    required=False,
                    initial=question.ecartee,
                    widget=forms.TextInput(attrs={"class": "form-control"}),
                )

    def parties(self) -> Iterator[tuple[Any, list[LigneAdaptation]]]:
        """The parts with their questions, as the page shows them."""
        for partie in self.definition.parties:
            yield (
                partie,
                [
                    LigneAdaptation(
                        f"{partie.code}.{rank}",
                        q.code,
                        q.texte,
                        q.nature.get(SorteRepondant.DLA, ""),
                        q.propre,
                        self[f"{q.code}-sources"],
                        self[f"{q.code}-ecarter"],
                        self[f"{q.code}-motif"],
                    )
                    for rank, q in enumerate(partie.questions, start=1)
                ],
            )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        for question in self.definition.questions:
            code = question.code
            aside, why = data.get(f"{code}-ecarter"), data.get(f"{code}-motif", "")
            if aside and not why:
                self.add_error(f"{code}-motif", "Dites pourquoi vous écartez cette question.")
            elif not aside and not data.get(f"{code}-sources"):
                self.add_error(f"{code}-sources", "Dites à qui la poser, ou écartez-la.")
        return data

    def choix(self) -> dict[str, Choix]:
        """What was chosen, by question."""
        data = self.cleaned_data
        return {
            q.code: Choix(
                tuple(data[f"{q.code}-sources"]), data[f"{q.code}-motif"] if data[f"{q.code}-ecarter"] else ""
            )
            for q in self.definition.questions
        }


class QuestionForm(BaseForm):
    """A question of the project's own."""

    partie = forms.ChoiceField(label="Dans quel groupe")
    texte = forms.CharField(label="La question", max_length=TEXTE_MAX, widget=forms.Textarea(attrs={"rows": 2}))
    forme = forms.ChoiceField(label="Forme de la réponse", choices=Forme.choices)
    choix = forms.CharField(
        label="Choix proposés",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=f"Un par ligne, {CHOIX_MAX} signes au plus. Seulement pour « un choix dans une liste ».",
    )
    sources = forms.MultipleChoiceField(label="À qui la poser", widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, questionnaire: Questionnaire, **kwargs: Any):
        super().__init__(*args, **kwargs)
        parties = definition_of(questionnaire).parties
        self.fields["partie"].choices = [(partie.code, f"{partie.code}. {partie.titre}") for partie in parties]
        self.fields["sources"].choices = sources_of(questionnaire.code)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        lines = [line.strip() for line in data.get("choix", "").splitlines() if line.strip()]
        if data.get("forme") == Forme.CHOIX and len(lines) < 2:
            self.add_error("choix", "Proposez au moins deux choix, un par ligne.")
        data["choix"] = tuple(lines)
        return data


class SuiviForm(BaseModelForm):
    """A follow-up planned."""

    class Meta:
        model = SuiviPrevu
        fields = ["mois", "le", "d_office"]
        help_texts = {
            "le": "Proposée d’après la fin de la mission.",
            "d_office": "Le jour venu, le questionnaire s’ouvre et part aux structures. Sinon, vous êtes prévenu.",
        }

    def __init__(self, *args: Any, dates: Mapping[int, Any], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["mois"].choices = [(m, f"{Mois(m).label} ({day:%d/%m/%Y})") for m, day in dates.items()]
        self.dates = dates
        self.fields["le"].required = False
        self.fields["le"].help_text = "Vide : la date dite à côté du nombre de mois."

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not data.get("le") and data.get("mois"):
            data["le"] = self.instance.le = self.dates[data["mois"]]
        return data

    def build_layout(self) -> Layout:
        return Layout(Row(Column("mois", css_class="col-md-6"), Column("le", css_class="col-md-6")), "d_office")


class SuiviEditForm(VersionedFormMixin, BaseModelForm):
    """Its day, and whether it leaves by itself."""

    class Meta:
        model = SuiviPrevu
        fields = ["le", "d_office"]


class _Ciblees(forms.ModelChoiceField):
    def label_from_instance(self, obj: StructureCiblee) -> str:
        return str(obj.structure)


class ReleveForm(BesoinForm):
    """A need that an answer says, for one structure."""

    ciblee = _Ciblees(label="Structure", queryset=StructureCiblee.objects.none())

    def __init__(self, *args: Any, ciblees: Sequence[StructureCiblee], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["ciblee"].queryset = StructureCiblee.objects.filter(
            pk__in=[row.pk for row in ciblees]
        ).select_related("structure")
        self.order_fields(["ciblee", *[name for name in self.fields if name != "ciblee"]])
