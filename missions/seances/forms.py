"""Forms of the séances."""

from __future__ import annotations

from typing import Any

from crispy_forms.layout import Column, Fieldset, Layout, Row
from django import forms

from core.forms import VersionedFormMixin
from engagement.rendezvous.forms import (
    EXPECTED_HELP,
    HOURS,
    PLACE_HELP,
    ExpectedForm,
    MinutesForm,
    RendezvousForm,
)
from engagement.rendezvous.forms import PresencesForm as SharedPresencesForm
from missions.conventions.models import Convention
from missions.conventions.prefill import beneficiaires
from missions.seances.genre import SEANCE
from missions.seances.models import ParticipantSeance, Seance
from missions.suivi.models import EtapeSuivi
from mobilisation.groupes.models import Groupe
from projects.structures_ciblees.models import StructureCiblee


def _structures(convention: Convention, *kept: int | None) -> Any:
    """Those that take part, and the one that is already named."""
    pks = {row.pk for row in beneficiaires(convention.ingenierie)} | {pk for pk in kept if pk}
    rows = StructureCiblee.objects.filter(pk__in=pks).select_related("structure")
    return rows.order_by("structure__search_text", "pk")


class SeanceForm(RendezvousForm):
    """What is announced of a séance."""

    genre = SEANCE

    class Meta:
        model = Seance
        fields = [
            "nature", "titre", "groupe", "structure", "etape", "date", "heure_debut", "heure_fin", "fuseau", "jours",
            "lieu", "visio", "intervenants", "programme",
        ]  # fmt: skip
        widgets = HOURS
        help_texts = {
            "titre": "En une ligne : c’est ce que les participants liront dans leur agenda.",
            "groupe": "Vide : toutes les structures de la mission.",
            "structure": "Pour une séance avec une seule structure.",
            "jours": "Par demi-journées. Vide : une demi-journée jusqu’à quatre heures, un jour au-delà. "
            "0 si elle ne prend pas sur les jours de la mission.",
            "intervenants": "Une personne par ligne.",
            "programme": "Ce qui se fera, ce qu’il faut apporter. Il est joint à la convocation.",
            **PLACE_HELP,
        }

    def __init__(self, *args: Any, convention: Convention, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.instance.convention = convention
        ingenierie = convention.ingenierie
        self.fields["etape"].queryset = EtapeSuivi.objects.filter(fiche__convention=convention)
        self.fields["etape"].label_from_instance = lambda row: row.titre
        if ingenierie.is_individuelle:
            del self.fields["groupe"], self.fields["structure"]
        else:
            self.fields["groupe"].queryset = Groupe.objects.filter(ingenierie=ingenierie)
            self.fields["structure"].queryset = _structures(convention, self.instance.structure_id)
        for name in ("intervenants", "programme"):
            self.fields[name].widget.attrs["rows"] = "3"

    def build_layout(self) -> Layout:
        half = "col-md-6"
        whom = [Row(Column("groupe", css_class=half), Column("structure", css_class=half))]
        return Layout(
            Fieldset(
                "Séance",
                Row(Column("nature", css_class="col-md-4"), Column("titre", css_class="col-md-8")),
                *(whom if "groupe" in self.fields else []),
                "etape",
            ),
            Fieldset("Quand et où", self.when(), "jours", "lieu", "visio"),
            Fieldset("Contenu", "intervenants", "programme"),
        )


class SeanceEditForm(VersionedFormMixin, SeanceForm):
    """The same, of a séance that exists."""


class CompteRenduForm(VersionedFormMixin, MinutesForm):
    """The minutes of a séance."""

    class Meta:
        model = Seance
        fields = ["compte_rendu"]
        help_texts = {
            "compte_rendu": "Ce qui s’est fait et dit, ce qui est convenu pour la suite. Un compte rendu déjà rédigé "
            "peut être joint en document."
        }


class ParticipantForm(ExpectedForm):
    """Somebody expected."""

    fields_before = ("source", "structure", "organisme")

    class Meta:
        model = ParticipantSeance
        fields = ["source", "structure", "organisme", "personne", "fonction", "email"]
        help_texts = {
            **EXPECTED_HELP,
            "structure": "Pour une personne d’une structure : sa présence y est comptée.",
            "organisme": "Au nom de qui la personne vient. Vide : la structure choisie.",
        }

    def __init__(self, *args: Any, convention: Convention, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["structure"].queryset = _structures(convention, self.instance.structure_id)
        self.fields["organisme"].required = False

    def clean(self):
        cleaned = super().clean()
        source, structure = cleaned.get("source"), cleaned.get("structure")
        if structure is not None and source and source != "structure":
            self.add_error("structure", "Seul qui vient d’une structure en nomme une.")
        if structure is None and not cleaned.get("organisme") and "organisme" not in self.errors:
            self.add_error("organisme", "Dites au nom de qui la personne vient.")
        return cleaned


class ParticipantEditForm(VersionedFormMixin, ParticipantForm):
    """The same, of a participant already on the list."""


class PresencesForm(SharedPresencesForm):
    """Who came to a séance, and whether the pilot was there."""

    genre = SEANCE

    def __init__(self, *args: Any, seance: Seance, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.more = {"seance": seance}
        known = {True: "oui", False: "non", None: ""}[seance.pilote_present]
        self.fields["pilote"] = forms.ChoiceField(
            label=f"Le pilote, {seance.ingenierie.pilote}, était-il là ?",
            choices=[("", "selon les présences ci-dessous"), ("oui", "oui"), ("non", "non")],
            required=False,
            initial=known,
            widget=forms.RadioSelect(attrs={"class": "form-check-input"}),
        )
        self.fields["vu_pilote"] = forms.CharField(required=False, initial=known, widget=forms.HiddenInput)

    @property
    def pilote(self) -> bool | str | None:
        """What :func:`missions.seances.services.participants.set_presences` takes: ``""`` when nothing is changed."""
        answer = self.cleaned_data["pilote"]
        if not answer or answer == self.cleaned_data["vu_pilote"]:
            return ""
        return answer == "oui"

    @property
    def questions(self) -> list[Any]:
        return [self["pilote"]]

    @property
    def hiddens(self) -> list[Any]:
        return [self["vu_pilote"]]
