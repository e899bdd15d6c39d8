"""Forms of what is convened: hours, who is expected, who came."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from crispy_forms.layout import Column, Layout, Row
from django import forms

from core.forms import BaseForm, BaseModelForm
from engagement.rendezvous.genre import Genre
from engagement.rendezvous.models import ParticipantModel

HOURS = {
    "heure_debut": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    "heure_fin": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
}
PLACE_HELP = {
    "fuseau": "L’heure du territoire où l’on se réunit.",
    "lieu": "Nom du lieu et adresse.",
}


class RendezvousForm(BaseModelForm):
    """When and where; ``genre`` gives its words."""

    genre: Genre

    visio = forms.URLField(
        label="Lien de la visioconférence",
        required=False,
        max_length=500,
        assume_scheme="https",
        help_text="L’adresse complète, qui commence par https://.",
    )

    @staticmethod
    def when() -> Row:
        """The row of the date and of the hours."""
        return Row(
            Column("date", css_class="col-sm-6 col-md-3"),
            Column("heure_debut", css_class="col-6 col-sm-3 col-md-2"),
            Column("heure_fin", css_class="col-6 col-sm-3 col-md-2"),
            Column("fuseau", css_class="col-md-5"),
        )

    def clean(self):
        cleaned = super().clean()
        start, end = cleaned.get("heure_debut"), cleaned.get("heure_fin")
        if start and end and end <= start:
            self.add_error("heure_fin", f"La {self.genre.nom} finit après avoir commencé : corrigez les heures.")
        return cleaned


class MinutesForm(BaseModelForm):
    """The minutes, as a text as high as what it holds."""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        lines = sum(1 + len(line) // 90 for line in self.instance.compte_rendu.splitlines())
        self.fields["compte_rendu"].widget.attrs["rows"] = str(max(12, min(30, lines + 2)))


class ExpectedForm(BaseModelForm):
    """Somebody expected."""

    fields_before: tuple[str, ...] = ("organisme",)

    def build_layout(self) -> Layout:
        half = "col-md-6"
        return Layout(
            *self.fields_before,
            Row(Column("personne", css_class=half), Column("fonction", css_class=half)),
            "email",
        )


EXPECTED_HELP = {
    "organisme": "Au nom de qui la personne vient.",
    "email": "Celle qui reçoit la convocation. Sans adresse, prévenez la personne autrement.",
}


class PresencesForm(BaseForm):
    """Who came: for each participant, the answers of ``genre.presence``, and what the page showed."""

    genre: Genre

    def __init__(self, *args: Any, rows: Sequence[ParticipantModel], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.rows = list(rows)
        #: What a room's own form is made with besides.
        self.more: dict[str, Any] = {}
        for row in self.rows:
            for name in self.genre.presence:
                key = f"{name}_{row.pk}"
                field = self._field(name, row)
                field.initial = getattr(row, name)
                self.fields[key] = field
                self.fields[f"vu_{key}"] = forms.CharField(
                    required=False, strip=False, initial=getattr(row, name), widget=forms.HiddenInput
                )

    def _field(self, name: str, row: ParticipantModel) -> forms.Field:
        if name == "presence":
            return forms.ChoiceField(
                label=str(row),
                choices=list(self.genre.presences.items()),
                required=False,
                widget=forms.RadioSelect(attrs={"class": "form-check-input"}),
            )
        model_field = row._meta.get_field(name)
        return forms.CharField(
            label=str(model_field.verbose_name).capitalize(),
            max_length=model_field.max_length,
            required=False,
            widget=forms.TextInput(attrs={"class": "form-control form-control-sm"}),
        )

    def lines(self) -> list[dict[str, Any]]:
        """The fields of each participant, for the page."""
        return [
            {
                "organisme": row.organisme,
                "nom": row.nom,
                "presence": self[f"presence_{row.pk}"],
                "texts": [self[f"{name}_{row.pk}"] for name in self.genre.presence if name != "presence"],
                "hidden": [self[f"vu_{name}_{row.pk}"] for name in self.genre.presence],
            }
            for row in self.rows
        ]

    def again(self, rows: Sequence[ParticipantModel]) -> PresencesForm:
        """The same answers, for a page that shows ``rows`` as they are recorded now: saving again is a choice."""
        data = self.data.copy()
        for row in rows:
            for name in self.genre.presence:
                data[f"vu_{name}_{row.pk}"] = getattr(row, name)
        return type(self)(data, rows=self.rows, **self.more)

    def noted(self) -> dict[int, tuple[dict[str, str], dict[str, str]]]:
        """What :func:`engagement.rendezvous.services.participants.set_presences` takes."""
        names = self.genre.presence
        return {
            row.pk: (
                {name: self.cleaned_data[f"vu_{name}_{row.pk}"] for name in names},
                {name: self.cleaned_data[f"{name}_{row.pk}"] for name in names},
            )
            for row in self.rows
        }
