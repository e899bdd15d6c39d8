"""Forms of the projet d'intervention."""

from __future__ import annotations

from django import forms

from core.forms import BaseModelForm, VersionedFormMixin
from mobilisation.projet.enums import REGISTRE_QUESTION, Registre
from mobilisation.projet.models import CadreEvaluation, ProjetIntervention
from projects.ingenierie.models import Ingenierie


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
        fields = ["systeme_intervenant", "temps_pilote", "jours", "jours_individuels", "date_debut", "date_fin"]
        help_texts = {
            "systeme_intervenant": "Le ou les prestataires à trouver, et les partenaires qui interviendront avec eux : "
            "qui fait quoi.",
            "temps_pilote": "Au moins le démarrage et la clôture ; dites aussi ce que le pilote y fait.",
            "jours": "Jours passés avec les structures, par demi-journées : 4 ou 4,5.",
            "jours_individuels": "Ceux passés avec une structure à la fois ; les autres sont collectifs.",
            "date_debut": "Les dates arrêtées : le cahier des charges, la fiche et l’échéancier les lisent. Tant "
            "qu’elles sont vides, ils lisent celles du scénario retenu.",
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
