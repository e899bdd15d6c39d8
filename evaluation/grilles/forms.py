"""What is typed about a filled grid."""

from __future__ import annotations

from typing import Any

from django import forms

from core.forms import BaseForm, BaseModelForm, VersionedFormMixin
from evaluation.grilles.enums import Moyen
from evaluation.grilles.models import Transmission
from evaluation.grilles.reading import Grille
from evaluation.questionnaires.models import Questionnaire

COMMENTAIRE_MAX = 4000


class CausesForm(VersionedFormMixin, BaseModelForm):
    """The causes found."""

    class Meta:
        model = Questionnaire
        fields = ["causes"]
        widgets = {"causes": forms.Textarea(attrs={"rows": 6})}
        help_texts = {
            "causes": "Ce qui explique ce qui n’a pas bien marché, des deux côtés. Le prestataire ne le lit pas : "
            "dites-le-lui à la restitution."
        }


class _TransmissionForm(BaseModelForm):
    class Meta:
        model = Transmission
        fields = ["le", "moyen", "texte"]
        widgets = {"texte": forms.Textarea(attrs={"rows": 8})}

    moyens: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        offered = [choice for choice in Moyen.choices if choice[0] in self.moyens]
        self.fields["moyen"].choices = [("", "Choisissez"), *offered]


class RestituerForm(_TransmissionForm):
    """The evaluation given back to the prestataire."""

    moyens = (Moyen.RENCONTRE, Moyen.TELEPHONE, Moyen.COURRIEL)

    class Meta(_TransmissionForm.Meta):
        labels = {"texte": "Ce que l’évaluation lui dit"}
        help_texts = {
            "texte": "Ce qui est conforme et ce qui ne l’est pas, ce que la structure ou les participants en disent, "
            "ce que vous en retenez. Le prestataire le reçoit par courrier et le garde dans son espace."
        }


class ComiteForm(_TransmissionForm):
    """The comité de pilotage told of it."""

    moyens = (Moyen.REUNION, Moyen.DOCUMENT, Moyen.COURRIEL)

    class Meta(_TransmissionForm.Meta):
        labels = {"texte": "Ce qui lui est dit, et de quelle façon vous en étiez convenus"}
        help_texts = {
            "texte": "Par exemple : « convenu à la réunion de lancement : une page, sans le nom des participants »."
        }


class CommentairesForm(BaseForm):
    """What the prestataire says of each row: one field a row of the grid, beside what was answered."""

    def __init__(self, *args: Any, grille: Grille, versions: dict[str, int], **kwargs: Any):
        self.codes: dict[str, str] = {}
        fields: dict[str, forms.Field] = {}
        for number, row in enumerate((row for part in grille.parties for row in part.lignes), 1):
            self.codes[f"c{number}"] = row.code
            fields[f"c{number}"] = forms.CharField(
                label=f"Votre commentaire : {row.texte}"[:200],
                required=False,
                max_length=COMMENTAIRE_MAX,
                initial=row.commentaire,
                widget=forms.Textarea(attrs={"rows": 3}),
            )
            fields[f"v{number}"] = forms.IntegerField(
                required=False, min_value=0, initial=versions.get(row.code, 0), widget=forms.HiddenInput
            )
        self.base_fields = fields
        super().__init__(*args, **kwargs)

    def cell(self, code: str) -> tuple[Any, Any]:
        """The two bound fields of a row: its text, the version of it that the page shows."""
        name = next(name for name, known in self.codes.items() if known == code)
        return self[name], self[f"v{name[1:]}"]

    def textes(self) -> dict[str, tuple[str, int]]:
        """code → (text, the version that the page showed)."""
        data = self.cleaned_data
        return {code: (data[name], data[f"v{name[1:]}"] or 0) for name, code in self.codes.items()}

    def shown_again(self, versions: dict[str, int]) -> None:
        """After others wrote meanwhile: what was typed stays, and the next saving is a conscious one."""
        data = self.data.copy()
        for name, code in self.codes.items():
            data[f"v{name[1:]}"] = str(versions.get(code, 0))
        self.data = data
