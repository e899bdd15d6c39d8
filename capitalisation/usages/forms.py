"""What readers type about a resource, and what its author answers."""

from __future__ import annotations

from typing import Any

from django import forms

from capitalisation.bibliotheque.models import Ressource
from capitalisation.usages.enums import EtatSignalement
from capitalisation.usages.models import QuestionRessource, Signalement, Utilisation
from capitalisation.usages.services.utilisations import Groupe
from core import clock
from core.forms import BaseForm, BaseModelForm, VersionedFormMixin

#: The choice of no ingénierie: the organisation itself.
ORGANISATION = "organisation"
_NOTE = "Facultatif. Lu par ceux qui lisent la ressource et sont connectés : ne nommez ni structure ni personne."


class UtiliserForm(BaseForm):
    """For which ingénierie it serves, and what served."""

    ingenierie = forms.ChoiceField(label="Pour quelle ingénierie")
    note = forms.CharField(label="Ce qui a servi", max_length=300, required=False, help_text=_NOTE)

    def __init__(self, *args: Any, groupes: list[Groupe], organisation: str, **kwargs: Any):
        super().__init__(*args, **kwargs)
        lines: list[Any] = [(groupe.titre, [(str(pk), titre) for pk, titre in groupe.lignes]) for groupe in groupes]
        if organisation:
            lines.append((ORGANISATION, f"Sans ingénierie : {organisation}"))
        self.fields["ingenierie"].choices = lines
        self.fields["ingenierie"].error_messages["invalid_choice"] = (
            "Choisissez l’une de vos ingénieries dans la liste : celle-ci n’y est pas, ou elle y est déjà."
        )


class NoteForm(VersionedFormMixin, BaseModelForm):
    """What served."""

    class Meta:
        model = Utilisation
        fields = ["note"]
        help_texts = {"note": _NOTE}


class QuestionForm(BaseModelForm):
    """To the author."""

    class Meta:
        model = QuestionRessource
        fields = ["genre", "texte"]
        widgets = {"genre": forms.RadioSelect}
        labels = {"genre": "Vous écrivez", "texte": "Votre message"}
        help_texts = {
            "texte": "Lu, avec la réponse, par tous ceux qui lisent la ressource et sont connectés : ne nommez ni "
            "structure ni personne."
        }


class ReponseForm(VersionedFormMixin, BaseModelForm):
    """The answer of the author."""

    class Meta:
        model = QuestionRessource
        fields = ["reponse"]
        help_texts = {"reponse": "Lue par tous ceux qui lisent la ressource et sont connectés."}

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["reponse"].required = True


class RetirerForm(VersionedFormMixin, BaseForm):
    """Why a question is taken out."""

    motif = forms.CharField(
        label="Pourquoi la retirer", max_length=1000, widget=forms.Textarea,
        help_text="Lu par qui l’a écrite, et inscrit au journal.",
    )  # fmt: skip


class SignalerForm(BaseModelForm):
    """What is wrong."""

    class Meta:
        model = Signalement
        fields = ["motif", "texte"]
        widgets = {"motif": forms.RadioSelect}
        labels = {"motif": "Ce qui ne va pas"}
        help_texts = {
            "texte": "Où, et ce qu’il faudrait y lire. Lu par l’auteur, par le C2RA de sa région et par l’Avise, non "
            "par les autres lecteurs."
        }


class SuiteForm(VersionedFormMixin, BaseForm):
    """What came of a report."""

    etat = forms.ChoiceField(
        label="Ce signalement est",
        choices=[(etat.value, etat.label) for etat in (EtatSignalement.TRAITE, EtatSignalement.ECARTE)],
        widget=forms.RadioSelect,
    )
    suite = forms.CharField(
        label="Ce qui a été fait, ou pourquoi rien ne change", max_length=2000, widget=forms.Textarea,
        help_text="Lu par qui l’a signalé.",
    )  # fmt: skip


class VerifieeForm(VersionedFormMixin, BaseModelForm):
    """By whom, when, until when."""

    class Meta:
        model = Ressource
        fields = ["verifie_par", "verifie_le", "a_reverifier_le"]
        labels = {
            "verifie_par": "Vérifiée par",
            "verifie_le": "Le",
            "a_reverifier_le": "À vérifier de nouveau le",
        }
        help_texts = {"verifie_par": "Une qualité, non un nom : administrateur, expert-comptable, avocat…"}

    def __init__(self, *args: Any, prochaine: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        for name in self._meta.fields:
            self.fields[name].required = True
        self.initial |= {"verifie_le": clock.today(), "a_reverifier_le": prochaine}
