"""Forms of the groups of structures."""

from __future__ import annotations

from django import forms

from core.forms import BaseModelForm, VersionedFormMixin
from mobilisation.groupes.models import Groupe
from mobilisation.groupes.services import MOBILISABLES
from projects.ingenierie.models import Ingenierie
from projects.structures_ciblees.models import StructureCiblee


class StructuresField(forms.ModelMultipleChoiceField):
    """The structures one may put in a group, each with its département, its state, and its present group."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, obj: StructureCiblee) -> str:
        told = [str(obj.structure), str(obj.structure.departement), obj.get_state_display()]
        elsewhere = [m.groupe.nom for m in obj.membres_groupe.all() if m.groupe_id != self.groupe_id]
        if elsewhere:
            told.append(f"quittera le groupe « {elsewhere[0]} »")
        return " · ".join(told)

    groupe_id: int | None = None


class NouveauGroupeForm(BaseModelForm):
    """Constitutes a group."""

    structures = StructuresField(
        label="Structures du groupe",
        help_text="Une structure est dans un groupe au plus.",
        queryset=StructureCiblee.objects.none(),
        required=False,
    )

    class Meta:
        model = Groupe
        fields = [
            "nom",
            "profil",
            "participants",
            "structures",
            "vigilance_attentes",
            "vigilance_concurrence",
            "vigilance_similitude",
            "vigilance_competences",
        ]
        help_texts = {
            "nom": "Par exemple le territoire ou le secteur qui le réunit.",
            "profil": "Ce qui réunit ces structures : secteur, branche, territoire, complémentarité des projets…",
            "participants": "Personnes attendues, toutes structures confondues.",
            "vigilance_attentes": "Les attentes sont-elles de même niveau d’une structure à l’autre ?",
            "vigilance_concurrence": "Certaines se disputent-elles le même public, les mêmes financements ?",
            "vigilance_similitude": "Renforcera-t-elle la qualité ? Trop semblables, elles s’apportent peu.",
            "vigilance_competences": "Est-il déterminant pour réussir ? Qui viendra, avec quelles connaissances ?",
        }
        widgets = {
            name: forms.Textarea(attrs={"rows": "2"})
            for name in (
                "profil", "vigilance_attentes", "vigilance_concurrence", "vigilance_similitude",
                "vigilance_competences",
            )
        }  # fmt: skip

    def __init__(self, *args, ingenierie: Ingenierie, **kwargs):
        super().__init__(*args, **kwargs)
        self.ingenierie = ingenierie
        field = self.fields["structures"]
        field.groupe_id = self.instance.pk
        field.queryset = (
            StructureCiblee.objects.filter(ingenierie=ingenierie, state__in=MOBILISABLES)
            .select_related("structure__departement")
            .prefetch_related("membres_groupe__groupe")
            .order_by("structure__departement__code", "structure__search_text", "pk")
        )

    def clean_nom(self):
        nom = self.cleaned_data["nom"]
        same = Groupe.objects.filter(ingenierie=self.ingenierie, nom=nom).exclude(pk=self.instance.pk)
        if same.exists():
            raise forms.ValidationError("Un groupe de cette ingénierie porte déjà ce nom.")
        return nom


class GroupeForm(VersionedFormMixin, NouveauGroupeForm):
    """Changes a group."""
