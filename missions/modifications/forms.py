"""The forms of the requests of changes."""

from __future__ import annotations

from typing import Any

from crispy_forms.layout import Column, Layout, Row
from django import forms

from core import clock
from core.forms import BaseForm, BaseModelForm, VersionedFormMixin
from missions.conventions.enums import Demandeur
from missions.modifications.enums import Avis
from missions.modifications.models import AccordStructure, DemandeModification
from missions.suivi.models import EtapeSuivi
from projects.structures_ciblees.models import StructureCiblee

_HALF = "col-md-6"


class DemandeForm(BaseModelForm):
    """What would change, from, to, why; the contact when it is needed."""

    class Meta:
        model = DemandeModification
        fields = ["quoi", "etape", "nouvelle_fin", "de", "a", "pourquoi", "contact_le", "contact_moyen"]
        widgets = {name: forms.Textarea(attrs={"rows": 3}) for name in ("de", "a", "pourquoi")}
        help_texts = {
            "etape": "Nécessaire pour les dates d’une étape.",
            "nouvelle_fin": "Nécessaire pour les dates d’une étape et pour la date de fin de mission.",
            "contact_le": "Pour la problématique traitée et la date de fin de mission, le contact a lieu avant la "
            "demande : rien ne change avant lui.",
        }

    def __init__(self, *args: Any, etapes: list[EtapeSuivi], team: bool, **kwargs: Any):
        super().__init__(*args, **kwargs)
        field = self.fields["etape"]
        field.queryset = EtapeSuivi.objects.filter(pk__in=[row.pk for row in etapes])
        if team and not self.instance.pk:
            self.fields["pour"] = forms.ChoiceField(
                label="Au nom de", choices=[(d.value, d.label.capitalize()) for d in reversed(Demandeur)]
            )

    def build_layout(self) -> Layout:
        return Layout(
            *(["pour"] if "pour" in self.fields else []),
            "quoi",
            Row(Column("etape", css_class=_HALF), Column("nouvelle_fin", css_class=_HALF)),
            Row(Column("de", css_class=_HALF), Column("a", css_class=_HALF)),
            "pourquoi",
            Row(Column("contact_le", css_class=_HALF), Column("contact_moyen", css_class=_HALF)),
            *(["version"] if "version" in self.fields else []),
        )


class DemandeEditForm(VersionedFormMixin, DemandeForm):
    """The same, corrected."""


class StructuresForm(BaseForm):
    """Which structures give their agreement."""

    structures = forms.ModelMultipleChoiceField(
        label="Structures dont l’accord est demandé", queryset=None, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, structures: list[StructureCiblee], **kwargs: Any):
        super().__init__(*args, **kwargs)
        field = self.fields["structures"]
        field.queryset = StructureCiblee.objects.filter(pk__in=[row.pk for row in structures]).select_related(
            "structure"
        )


class _AccordForm(BaseModelForm):
    class Meta:
        model = AccordStructure
        fields = ["avis", "commentaire", "nom"]
        widgets = {"avis": forms.RadioSelect, "commentaire": forms.Textarea(attrs={"rows": 3})}
        help_texts = {"commentaire": "Obligatoire en cas de désaccord : dites pourquoi."}

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["avis"].choices, self.fields["avis"].required = Avis.choices, True


class AccordParLienForm(_AccordForm):
    """What a structure answers by its link."""

    class Meta(_AccordForm.Meta):
        labels = {"avis": "Votre structure accepte-t-elle ce changement ?", "nom": "Votre prénom et votre nom"}
        help_texts = {
            "commentaire": "Obligatoire en cas de désaccord : dites pourquoi. Le DLA et le prestataire le lisent.",
            "nom": "Le DLA seul le lit.",
        }

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["nom"].required = True


class AccordSaisiForm(VersionedFormMixin, _AccordForm):
    """What a structure said, typed with the real date."""

    class Meta(_AccordForm.Meta):
        fields = ["avis", "le", "nom", "commentaire"]

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["le"].required = True
        self.initial["le"] = self.initial.get("le") or clock.today()
