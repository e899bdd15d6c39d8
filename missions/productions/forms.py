"""The forms of productions, of their reception, of the notes to partners."""

from __future__ import annotations

from typing import Any

from crispy_forms.layout import Column, Layout, Row
from django import forms

from core.contacts import addresses
from core.forms import BaseForm, BaseModelForm, VersionedFormMixin
from core.uploads import UploadField
from engagement.partenaires.models import PartenaireProjet
from missions.conventions.models import Convention
from missions.conventions.prefill import beneficiaires
from missions.productions.models import NotePartenaires, Production
from missions.suivi.models import EtapeSuivi
from projects.structures_ciblees.models import StructureCiblee

_HALF = "col-md-6"


def _stages(convention: Convention):
    return EtapeSuivi.objects.filter(fiche__convention=convention).order_by("ordre", "pk")


class _OfProduction(BaseModelForm):
    url = forms.URLField(label="Adresse, si elle est en ligne", required=False, max_length=500, assume_scheme="https")

    class Meta:
        model = Production
        fields = ["titre", "description", "structure", "etape", "remise_le", "url"]
        help_texts = {
            "titre": "Par exemple : compte rendu de l’atelier 2, tableau de bord, annuaire des partenaires.",
            "structure": "Vide : toutes les structures de la mission la reçoivent.",
            "etape": "Laissez vide si la production ne tient à aucune étape.",
        }
        widgets = {"description": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, convention: Convention, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["etape"].queryset = _stages(convention)
        if convention.ingenierie.is_individuelle:
            del self.fields["structure"]
            return
        keys = [row.pk for row in beneficiaires(convention.ingenierie)] + [self.instance.structure_id]
        chosen = self.fields["structure"]
        chosen.queryset = StructureCiblee.objects.filter(pk__in=filter(None, keys)).select_related("structure")
        chosen.label_from_instance = lambda row: str(row.structure)

    def build_layout(self) -> Layout:
        return Layout(
            "titre",
            "description",
            *(["structure"] if "structure" in self.fields else []),
            Row(Column("etape", css_class=_HALF), Column("remise_le", css_class=_HALF)),
            "url",
            *(name for name in ("fichier", "version") if name in self.fields),
        )


class ProductionForm(_OfProduction):
    """Something handed over, with its first file."""

    fichier = UploadField(required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not self.errors and not cleaned.get("fichier") and not cleaned.get("url"):
            self.add_error("fichier", "Joignez un fichier, ou donnez l’adresse où la production se trouve.")
        return cleaned


class ProductionEditForm(VersionedFormMixin, _OfProduction):
    """The same, changed; its files are added and taken out on its page."""


class NoteForm(BaseModelForm):
    """A short note, and the partners who receive it."""

    partenaires = forms.ModelMultipleChoiceField(
        label="À quels partenaires",
        queryset=PartenaireProjet.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choisissez au moins un partenaire."},
    )

    class Meta:
        model = NotePartenaires
        fields = ["titre", "etape", "texte"]
        help_texts = {"texte": "Quelques lignes : ce qui s’est passé, ce qui vient. Chacun la reçoit séparément."}
        widgets = {"texte": forms.Textarea(attrs={"rows": 7})}

    def __init__(self, *args: Any, convention: Convention, partenaires: list[PartenaireProjet], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["etape"].queryset = _stages(convention)
        chosen = self.fields["partenaires"]
        chosen.queryset = PartenaireProjet.objects.filter(pk__in=[row.pk for row in partenaires]).select_related(
            "partenaire"
        )
        chosen.label_from_instance = _partner_label


def _partner_label(row: PartenaireProjet) -> str:
    presence = f" ({row.get_presence_display()})" if row.presence else ""
    return f"{row.partenaire}{presence}"


def reachable(convention: Convention) -> tuple[list[PartenaireProjet], list[str]]:
    """The partners of the ingénierie who can be written to, and the names of those who cannot."""
    rows = (
        PartenaireProjet.objects.filter(ingenierie=convention.ingenierie_id, partenaire__isnull=False)
        .select_related("partenaire")
        .prefetch_related("partenaire__contacts")
    )
    known: list[PartenaireProjet] = []
    unknown: list[str] = []
    for row in rows:
        if addresses(row.partenaire):
            known.append(row)
        else:
            unknown.append(str(row.partenaire))
    return known, unknown


class ReceptionForm(BaseForm):
    """Who says, for a structure, that it received what is ticked."""

    nom = forms.CharField(label="Votre prénom et votre nom", max_length=120)
    productions = forms.ModelMultipleChoiceField(
        label="Ce que vous avez bien reçu",
        queryset=Production.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Cochez ce que vous avez reçu."},
    )

    def __init__(self, *args: Any, productions: list[Production], **kwargs: Any):
        super().__init__(*args, **kwargs)
        field = self.fields["productions"]
        field.queryset = Production.objects.filter(pk__in=[row.pk for row in productions])
        field.label_from_instance = lambda row: row.titre

    def build_layout(self) -> Layout:
        return Layout("productions", "nom")


class ReceptionDiteForm(ReceptionForm):
    """The same, typed by the team for the structure."""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["nom"].label = "Qui l’a dit, pour la structure"
        self.fields["productions"].label = "Ce que la structure a bien reçu"
