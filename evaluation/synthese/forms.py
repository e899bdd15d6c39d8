"""The forms of the synthesis, of its recipients, of whoever reacts."""

from __future__ import annotations

from typing import Any

from django import forms

from core import clock
from core.forms import BaseForm, BaseModelForm, VersionedFormMixin
from evaluation.synthese.contenu import COLLECTE, QUESTIONS
from evaluation.synthese.models import DestinataireSynthese, Synthese
from mobilisation.projet.enums import Registre


class _Texts(VersionedFormMixin, BaseModelForm):
    """Some texts of the synthesis."""


class CollecteForm(_Texts):
    """How the evaluation was made: the four points of « Collecter les informations »."""

    class Meta:
        model = Synthese
        fields = [*(name for name, _ in COLLECTE), "echeance"]
        labels = dict(COLLECTE)
        help_texts = {
            "rappel": "La présentation de la démarche, plus bas, les reprend du dossier : dites ce que vous en gardez.",
            "derniers_elements": "Qui a été rappelé, ce qui manquait encore, qui n’a pas répondu.",
            "sources": "Comptes rendus de réunions et de séances, rapports de mission, entretiens, questionnaires.",
            "methode_collecte": "Assez précise pour qu’un collègue la reprenne : questionnaires, entretiens, dates.",
            "echeance": "La date paraît dans l’échéancier.",
        }
        widgets = {name: forms.Textarea(attrs={"rows": 4}) for name, _ in COLLECTE}


class EnseignementsForm(_Texts):
    """What is kept of it."""

    class Meta:
        model = Synthese
        fields = ["enseignements"]
        help_texts = {"enseignements": "Gardez une place aux difficultés et aux conseils : ils servent aux autres."}


def _registre_form(code: str) -> type[_Texts]:
    questions = dict(QUESTIONS[code])
    meta = type(
        "Meta",
        (),
        {
            "model": Synthese,
            "fields": list(questions),
            "labels": questions,
            "help_texts": {next(iter(questions)): "Quelques phrases appuyées sur les faits affichés plus haut."},
            "widgets": {name: forms.Textarea(attrs={"rows": 8}) for name in questions},
        },
    )
    return type(f"{Registre(code).name.title()}Form", (_Texts,), {"Meta": meta})


REGISTRES = {str(code): _registre_form(code) for code in QUESTIONS}


class DestinataireForm(BaseModelForm):
    """Somebody who receives it."""

    class Meta:
        model = DestinataireSynthese
        fields = ["sorte", "organisme", "nom", "email", "lecture", "pdf_joint"]
        help_texts = {
            "email": "Sans adresse, notez la remise en main propre ou en réunion.",
            "lecture": "« Sans les montants » : ni coûts, ni ressources, ni budget des structures, dans la page comme "
            "dans le PDF.",
        }


class DestinataireEditForm(VersionedFormMixin, DestinataireForm):
    """The same, with what came back."""

    class Meta(DestinataireForm.Meta):
        fields = [*DestinataireForm.Meta.fields, "reaction", "reaction_le"]
        help_texts = {
            **DestinataireForm.Meta.help_texts,
            "reaction": "Ce qui a été dit au téléphone, par courrier ou en réunion ; par le lien, cela s’inscrit seul.",
        }


class ProposesForm(BaseForm):
    """Those whom the dossier knows, to tick."""

    cles = forms.MultipleChoiceField(
        label="Proposés d’après le dossier", widget=forms.CheckboxSelectMultiple, required=True
    )

    def __init__(self, *args: Any, proposes: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["cles"].choices = [
            (one.cle, " · ".join(filter(None, (one.organisme, one.nom, one.email or "sans adresse"))))
            for one in proposes
        ]
        self.fields["cles"].error_messages["required"] = "Cochez au moins une personne."


class RemiseForm(BaseForm):
    """Handed over on a day."""

    le = forms.DateField(label="Remise le", initial=clock.today)


class ReactionForm(BaseForm):
    """What a recipient thinks of it."""

    reaction = forms.CharField(
        label="Votre réaction",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="Ce qui vous paraît juste, inexact ou oublié.",
    )
