"""Forms of the projet d'intervention."""

from __future__ import annotations

from django import forms

from core.forms import BaseModelForm, VersionedFormMixin
from mobilisation.enums import REGISTRE_QUESTION, Registre
from mobilisation.models import CadreEvaluation, Groupe, ProjetIntervention, Scenario
from mobilisation.services import MOBILISABLES
from projects.models import Ingenierie, StructureCiblee


class ObjectifsForm(VersionedFormMixin, BaseModelForm):
    """What the structures aim at, and what became of their comments."""

    class Meta:
        model = ProjetIntervention
        fields = ["objectifs_collectifs", "objectifs_individuels", "commentaires", "suites"]
        help_texts = {
            "objectifs_collectifs": "Ce que les structures attendent de réussir ensemble. Un objectif par ligne.",
            "objectifs_individuels": "Ce que chacune veut en retirer pour elle-même.",
            "commentaires": "Ce que les structures ont dit de la problématique, de la réponse et de la méthode.",
            "suites": "Ce qui a été repris dans la démarche, ce qui ne l’a pas été et pourquoi.",
        }


class InterventionForm(VersionedFormMixin, BaseModelForm):
    """Who intervenes, when the pilot is there, how many days."""

    class Meta:
        model = ProjetIntervention
        fields = ["systeme_intervenant", "temps_pilote", "jours"]
        help_texts = {
            "systeme_intervenant": "Le ou les prestataires à trouver, et les partenaires qui interviendront avec eux : "
            "qui fait quoi.",
            "temps_pilote": "Au moins le démarrage et la clôture ; dites aussi ce que le pilote y fait.",
            "jours": "Jours passés avec les structures, par demi-journées : 4 ou 4,5.",
        }


class AccrocheForm(VersionedFormMixin, BaseModelForm):
    """The accroche of the action: the ingénierie's own."""

    class Meta:
        model = Ingenierie
        fields = ["accroche"]
        help_texts = {
            "accroche": "Une formule courte qui donne envie aux structures de venir. Elle suit le titre partout, "
            "jusqu’au cahier des charges."
        }


class CadreEvaluationForm(VersionedFormMixin, BaseModelForm):
    """The framework of the evaluation."""

    registres = forms.TypedMultipleChoiceField(
        label="Registres de l’évaluation",
        help_text="Ce que l’on veut pouvoir dire à la fin.",
        choices=[(code, f"{label} : {REGISTRE_QUESTION[code]}") for code, label in Registre.choices],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    class Meta:
        model = CadreEvaluation
        fields = [
            "objet",
            "objectifs",
            "registres",
            "outils",
            "participation_structures",
            "participation_partenaires",
            "participation_intervenants",
        ]
        help_texts = {
            "objet": "Qu’évalue-t-on : la démarche entière, les interventions, l’une et les autres ?",
            "objectifs": "Pourquoi évaluer : savoir si les objectifs stratégiques et opérationnels sont atteints…",
            "outils": "Questionnaires, entretiens, tableaux de suivi ; pour chaque résultat attendu, ce qui se mesure.",
            "participation_structures": "Comment elles y prennent part, à quel moment.",
            "participation_partenaires": "Comité de pilotage, questionnaire, données qu’ils détiennent…",
            "participation_intervenants": "Ce qui sera demandé au prestataire et aux partenaires qui interviennent.",
        }


_SCENARIO = ["nom", "rythme", "duree", "periode", "lieu", "logistique", "avantages"]


class NouveauScenarioForm(BaseModelForm):
    """Proposes a scenario."""

    class Meta:
        model = Scenario
        fields = _SCENARIO
        help_texts = {
            "nom": "Ce qui le distingue en quelques mots : « cinq modules décentralisés ».",
            "rythme": "Jours consécutifs, une fois par mois, alternance de temps collectifs et individuels…",
            "duree": "De la première à la dernière rencontre.",
            "periode": "Quand, compte tenu de la disponibilité des participants.",
            "lieu": "Accessible au regard de l’origine géographique des participants.",
            "logistique": "Salle, matériel, repas, déplacements : qui s’en charge, qui paie.",
            "avantages": "Ce qui plaide pour ce scénario, ce qui le rend difficile.",
        }
        widgets = {name: forms.Textarea(attrs={"rows": "2"}) for name in _SCENARIO if name != "nom"}


class ScenarioForm(VersionedFormMixin, NouveauScenarioForm):
    """Changes a scenario."""


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
            "vigilance_similitude": "Trop semblables, elles s’apportent peu ; trop différentes, elles s’ennuient.",
            "vigilance_competences": "Qui viendra, à quel niveau de fonction, avec quelles connaissances ?",
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
