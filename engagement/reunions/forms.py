"""Forms of the meetings."""

from __future__ import annotations

from typing import Any

from crispy_forms.layout import Column, Fieldset, Layout, Row
from django import forms

from core.forms import BaseModelForm, VersionedFormMixin
from engagement.rendezvous.forms import (
    EXPECTED_HELP,
    HOURS,
    PLACE_HELP,
    ExpectedForm,
    MinutesForm,
    RendezvousForm,
)
from engagement.rendezvous.forms import PresencesForm as SharedPresencesForm
from engagement.reunions.genre import REUNION
from engagement.reunions.models import DecisionReunion, ParticipantReunion, Reunion


class ReunionForm(RendezvousForm):
    """What is announced of a meeting."""

    genre = REUNION

    class Meta:
        model = Reunion
        fields = ["nature", "objet", "date", "heure_debut", "heure_fin", "fuseau", "lieu", "visio", "ordre_du_jour"]
        widgets = HOURS
        help_texts = {
            "objet": "En une ligne : c’est le titre que les participants liront dans leur agenda.",
            "ordre_du_jour": "Un point par ligne. Il est joint à la convocation.",
            **PLACE_HELP,
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
            Fieldset("Quand et où", self.when(), "lieu", "visio"),
            Fieldset("Ordre du jour", "ordre_du_jour"),
        )


class ReunionEditForm(VersionedFormMixin, ReunionForm):
    """The same, of a meeting that exists."""


class CompteRenduForm(VersionedFormMixin, MinutesForm):
    """The minutes of a meeting."""

    class Meta:
        model = Reunion
        fields = ["compte_rendu"]
        help_texts = {
            "compte_rendu": "Ce qui s’est dit, point par point. Les décisions s’inscrivent à part, avec qui s’en "
            "charge et pour quand. Un compte rendu déjà rédigé peut être joint en document."
        }


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


class ParticipantForm(ExpectedForm):
    """Somebody expected."""

    class Meta:
        model = ParticipantReunion
        fields = ["organisme", "personne", "fonction", "email"]
        help_texts = EXPECTED_HELP


class ParticipantEditForm(VersionedFormMixin, ParticipantForm):
    """The same, of a participant already on the list."""


class PresencesForm(SharedPresencesForm):
    """Who came to a meeting."""

    genre = REUNION
