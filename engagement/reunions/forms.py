"""Forms of the meetings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from crispy_forms.layout import Column, Fieldset, Layout, Row
from django import forms

from core.forms import BaseForm, BaseModelForm, VersionedFormMixin
from engagement.reunions.enums import Presence
from engagement.reunions.models import DecisionReunion, ParticipantReunion, Reunion


class ReunionForm(BaseModelForm):
    """What is announced of a meeting."""

    visio = forms.URLField(
        label="Lien de la visioconférence",
        required=False,
        max_length=500,
        assume_scheme="https",
        help_text="L’adresse complète, qui commence par https://.",
    )

    class Meta:
        model = Reunion
        fields = [
            "nature",
            "objet",
            "date",
            "heure_debut",
            "heure_fin",
            "fuseau",
            "lieu",
            "visio",
            "ordre_du_jour",
        ]
        widgets = {
            "heure_debut": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
            "heure_fin": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        }
        help_texts = {
            "objet": "En une ligne : c’est le titre que les participants liront dans leur agenda.",
            "fuseau": "L’heure du territoire où l’on se réunit.",
            "lieu": "Nom du lieu et adresse.",
            "ordre_du_jour": "Un point par ligne. Il est joint à la convocation.",
        }

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["ordre_du_jour"].widget.attrs["rows"] = "6"

    def build_layout(self) -> Layout:
        return Layout(
            Fieldset(
                "Réunion",
                Row(Column("nature", css_class="col-md-4"), Column("objet", css_class="col-md-8")),
            ),
            Fieldset(
                "Quand et où",
                Row(
                    Column("date", css_class="col-sm-6 col-md-3"),
                    Column("heure_debut", css_class="col-6 col-sm-3 col-md-2"),
                    Column("heure_fin", css_class="col-6 col-sm-3 col-md-2"),
                    Column("fuseau", css_class="col-md-5"),
                ),
                "lieu",
                "visio",
            ),
            Fieldset("Ordre du jour", "ordre_du_jour"),
        )

    def clean(self):
        cleaned = super().clean()
        start, end = cleaned.get("heure_debut"), cleaned.get("heure_fin")
        if start and end and end <= start:
            self.add_error("heure_fin", "La réunion finit après avoir commencé : corrigez les heures.")
        return cleaned


class ReunionEditForm(VersionedFormMixin, ReunionForm):
    """The same, of a meeting that exists."""


class CompteRenduForm(VersionedFormMixin, BaseModelForm):
    """The minutes, as a text."""

    class Meta:
        model = Reunion
        fields = ["compte_rendu"]
        help_texts = {
            "compte_rendu": "Ce qui s’est dit, point par point. Les décisions s’inscrivent à part, avec qui s’en "
            "charge et pour quand. Un compte rendu déjà rédigé peut être joint en document."
        }

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        lines = sum(1 + len(line) // 90 for line in self.instance.compte_rendu.splitlines())
        self.fields["compte_rendu"].widget.attrs["rows"] = str(max(12, min(30, lines + 2)))


class DecisionForm(BaseModelForm):
    """Something decided."""

    class Meta:
        model = DecisionReunion
        fields = ["texte", "qui", "echeance"]
        widgets = {"texte": forms.Textarea(attrs={"rows": "2"})}
        help_texts = {"qui": "Une fonction ou un organisme."}

    def build_layout(self) -> Layout:
        return Layout("texte", Row(Column("qui", css_class="col-md-7"), Column("echeance", css_class="col-md-5")))


class DecisionEditForm(VersionedFormMixin, DecisionForm):
    """The same, of a decision that exists."""


class ParticipantForm(BaseModelForm):
    """Somebody expected."""

    class Meta:
        model = ParticipantReunion
        fields = ["organisme", "personne", "fonction", "email"]
        help_texts = {
            "organisme": "Au nom de qui la personne vient.",
            "email": "Celle qui reçoit la convocation. Sans adresse, prévenez la personne autrement.",
        }

    def build_layout(self) -> Layout:
        half = "col-md-6"
        return Layout(
            "organisme",
            Row(Column("personne", css_class=half), Column("fonction", css_class=half)),
            "email",
        )


class ParticipantEditForm(VersionedFormMixin, ParticipantForm):
    """The same, of a participant already on the list."""


class PresencesForm(BaseForm):
    """Who came: for each participant, the answer, what the page showed, and who came in their place."""

    def __init__(self, *args: Any, rows: Sequence[ParticipantReunion], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.rows = list(rows)
        for row in self.rows:
            for name, field in (
                (
                    "presence",
                    forms.ChoiceField(
                        label=str(row),
                        choices=Presence.choices,
                        required=False,
                        widget=forms.RadioSelect(attrs={"class": "form-check-input"}),
                    ),
                ),
                (
                    "represente_par",
                    forms.CharField(
                        label="Représenté par",
                        max_length=160,
                        required=False,
                        widget=forms.TextInput(attrs={"class": "form-control form-control-sm"}),
                    ),
                ),
            ):
                key = f"{name}_{row.pk}"
                field.initial = getattr(row, name)
                self.fields[key] = field
                self.fields[f"vu_{key}"] = forms.CharField(
                    required=False, strip=False, initial=getattr(row, name), widget=forms.HiddenInput
                )

    def lines(self) -> list[dict[str, Any]]:
        """The fields of each participant, for the page."""
        return [
            {
                "organisme": row.organisme,
                "nom": row.nom,
                "presence": self[f"presence_{row.pk}"],
                "represente_par": self[f"represente_par_{row.pk}"],
                "hidden": [self[f"vu_presence_{row.pk}"], self[f"vu_represente_par_{row.pk}"]],
            }
            for row in self.rows
        ]

    def again(self, rows: Sequence[ParticipantReunion]) -> PresencesForm:
        """The same answers, for a page that shows ``rows`` as they are recorded now: saving again is a choice."""
        data = self.data.copy()
        for row in rows:
            for name in ("presence", "represente_par"):
                data[f"vu_{name}_{row.pk}"] = getattr(row, name)
        return PresencesForm(data, rows=self.rows)

    def noted(self) -> dict[int, tuple[dict[str, str], dict[str, str]]]:
        """What :func:`engagement.reunions.services.participants.set_presences` takes."""
        names = ("presence", "represente_par")
        return {
            row.pk: (
                {name: self.cleaned_data[f"vu_{name}_{row.pk}"] for name in names},
                {name: self.cleaned_data[f"{name}_{row.pk}"] for name in names},
            )
            for row in self.rows
        }
