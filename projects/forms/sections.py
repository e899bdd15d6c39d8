"""Forms of the sections of « Identifier »."""

from __future__ import annotations

from django import forms

from core.forms import BaseForm, BaseModelForm, VersionedFormMixin
from projects.enums import Legitimite, Origine, ReponseExistant
from projects.models import Ciblage, Problematique, RoleDLA


class ProblematiqueForm(VersionedFormMixin, BaseModelForm):
    """The problématique raised (fiche pratique 5)."""

    origines = forms.MultipleChoiceField(
        label="Origines de l’identification des besoins",
        help_text="Cochez tout ce qui a fait apparaître la problématique.",
        choices=Origine.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Problematique
        fields = ["contexte", "enjeux", "besoins", "origines", "origines_precisions", "validation"]
        help_texts = {
            "contexte": "Que se passe-t-il dans le secteur ou sur le territoire ? Des faits, des chiffres datés.",
            "enjeux": "Qu’est-ce qui se joue pour les structures si rien n’est fait ?",
            "besoins": "Ce dont les structures ont besoin, avec leurs mots.",
            "origines_precisions": "Quels diagnostics, quelle sollicitation, quelle étude ? De quand ?",
            "validation": "Comment et avec qui vous vous êtes assuré que la problématique est la bonne.",
        }


class CiblageForm(VersionedFormMixin, BaseModelForm):
    """The target profile, by the five major criteria of fiche pratique 4."""

    exclusif = forms.TypedChoiceField(
        label="Les structures viennent-elles exclusivement du territoire d’intervention du DLA ?",
        choices=[("", "Non précisé"), ("oui", "Oui"), ("non", "Non")],
        coerce=lambda value: {"oui": True, "non": False}.get(value),
        empty_value=None,
        required=False,
    )

    class Meta:
        model = Ciblage
        fields = ["territoire", "exclusif", "secteur", "projet", "poids", "competences", "savoir_faire"]
        help_texts = {
            "territoire": "Aire d’intervention actuelle et potentielle des structures à cibler.",
            "secteur": "Secteur d’activité, branche professionnelle, filière.",
            "projet": "Ancienneté, adhérents, vie associative, finalités et axes de travail.",
            "poids": "Budget et types de financement, partenariats, salariés (ETP).",
            "competences": "Emplois et métiers présents, qualification, formation des salariés.",
            "savoir_faire": "Ce que les participants doivent déjà savoir pour profiter de l’ingénierie.",
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        value = self.initial.get("exclusif")
        self.initial["exclusif"] = {True: "oui", False: "non"}.get(value, "")


class RoleDLAForm(VersionedFormMixin, BaseModelForm):
    """Why and how the DLA carries the démarche."""

    legitimite = forms.MultipleChoiceField(
        label="Légitimité du DLA",
        help_text="Un ou plusieurs critères se croisent.",
        choices=Legitimite.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = RoleDLA
        fields = ["legitimite", "acces", "idee", "contenu", "modalites", "coherence"]
        help_texts = {
            "acces": "Par qui et comment le DLA peut joindre les structures à accompagner.",
            "idee": "L’idée du projet, telle que vous la diriez à un partenaire.",
            "contenu": "Ce que la démarche comprend.",
            "modalites": "Comment elle se déroulera, dans les grandes lignes.",
            "coherence": (
                "Avec le cadre du DLA, les besoins des structures, leurs plans d’accompagnement, le territoire et le "
                "secteur."
            ),
        }


class ExistantForm(BaseForm):
    """The answer to « complémentaire à l'existant ? »."""

    reponse = forms.ChoiceField(label="Votre réponse", choices=ReponseExistant.choices, widget=forms.RadioSelect)
    commentaire = forms.CharField(
        label="Ce qui vous le fait dire",
        help_text="Ce qui la distingue des ingénieries proches, ou ce qui est convenu avec leurs pilotes.",
        widget=forms.Textarea,
        max_length=2000,
    )
