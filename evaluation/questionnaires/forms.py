"""What is typed: the answers to the questions of the data, and what the team says of a questionnaire."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.html import format_html, format_html_join

from core import clock
from core.forms import BaseForm, BaseModelForm, VersionedFormMixin
from engagement.partenaires.models import PartenaireProjet
from evaluation.questionnaires.contenu import Ligne, PartieLue, definition_of
from evaluation.questionnaires.definitions import NATURES
from evaluation.questionnaires.enums import Forme, SorteRepondant, Voie
from evaluation.questionnaires.models import ModeleQuestionnaire, Questionnaire, Repondant
from evaluation.questionnaires.services.repondants import PARTENAIRES
from projects.enums import EtatMobilisation
from projects.structures_ciblees.models import StructureCiblee

VALEUR, TEXTE = "v_", "t_"
AUTRE = "autre"


def structures_of(ingenierie: Any) -> Any:
    """The structures of which one may say that one answers for them: those that take part."""
    rows = StructureCiblee.objects.filter(ingenierie=ingenierie).select_related("structure")
    return rows.exclude(state__in=[EtatMobilisation.RETIREE, EtatMobilisation.DECLINEE])


class ReponseForm(VersionedFormMixin, BaseForm):
    """The questions asked of one kind of respondents, each with its answer and its comment. Nothing is compulsory.

    ``who``: also asks who answers, and whether the prestataire may read the name (``nom_au_choix``).
    """

    def __init__(
        self,
        *args: Any,
        parties: Iterable[PartieLue],
        valeurs: Mapping[str, tuple[str, str]] | None = None,
        nom_au_choix: bool = False,
        who: Repondant | None = None,
        avant: Mapping[str, str] | None = None,
        **kwargs: Any,
    ):
        self.parties = list(parties)
        given = valeurs or {}
        added = self.asked_first(who) if nom_au_choix else {}
        by_code = {ligne.code: ligne for ligne in self.lignes}
        for ligne in self.lignes:
            before = by_code.get(ligne.si.question) if ligne.si else None
            added |= _fields(
                ligne, _help(ligne, before, (avant or {}).get(ligne.code, "")), *given.get(ligne.code, ("", ""))
            )
        self.base_fields = {**type(self).base_fields, **added}
        super().__init__(*args, **kwargs)

    def asked_first(self, who: Repondant | None) -> dict[str, forms.Field]:
        """Who answers, asked before the questions."""
        return {
            "nom": forms.CharField(
                label="Prénom et nom", required=False, max_length=120, initial=who.nom if who else ""
            ),
            "nom_visible": forms.BooleanField(
                label="Le prestataire peut lire mon nom",
                required=False,
                initial=who.nom_visible if who else False,
                help_text="Sinon, il lit « un participant ».",
            ),
        }

    @property
    def lignes(self) -> list[Ligne]:
        return [ligne for partie in self.parties for ligne in partie.lignes]

    def shown(self) -> list[dict[str, Any]]:
        """The parts with their rows, each with the bound fields to draw."""
        return [
            {
                "partie": partie,
                "rows": [
                    {
                        "ligne": ligne,
                        "fields": [self[p + ligne.code] for p in (VALEUR, TEXTE) if p + ligne.code in self.fields],
                    }
                    for ligne in partie.lignes
                ],
            }
            for partie in self.parties
        ]

    def head(self) -> list[Any]:
        """The bound fields that come before the questions."""
        return [f for f in self.visible_fields() if not f.name.startswith((VALEUR, TEXTE))]

    def valeurs(self) -> dict[str, tuple[str, str]]:
        """What was typed, and what was typed for questions that the page still asked (:meth:`vanished`)."""
        data = self.cleaned_data
        found = {
            ligne.code: (data.get(VALEUR + ligne.code) or "", data.get(TEXTE + ligne.code) or "")
            for ligne in self.lignes
        }
        return {**found, **self.vanished()}

    def vanished(self) -> dict[str, tuple[str, str]]:
        """What was typed for questions that are not asked any more."""
        found: dict[str, tuple[str, str]] = {}
        for name in self.data:
            if name.startswith((VALEUR, TEXTE)) and name not in self.fields and self.data[name].strip():
                code = name[len(VALEUR) :]
                found[code] = (self.data.get(VALEUR + code, "")[:60], self.data.get(TEXTE + code, ""))
        return found

    def details(self) -> dict[str, Any]:
        """What is told of the answer as a whole."""
        return {n: v for n, v in self.cleaned_data.items() if n in ("nom", "nom_visible") and v is not None}


def _fields(ligne: Ligne, said: str, valeur: str, texte: str) -> dict[str, forms.Field]:
    """The fields of one question: its answer, and its comment."""
    asked: dict[str, Any] = {"label": ligne.texte, "help_text": said, "required": False}
    if ligne.forme == Forme.TEXTE:
        return {
            TEXTE + ligne.code: forms.CharField(
                **asked, max_length=8000, initial=texte, widget=forms.Textarea(attrs={"rows": "4"})
            )
        }
    if ligne.forme == Forme.NOMBRE:
        field: forms.Field = forms.CharField(**asked, max_length=20, initial=valeur.replace(".", ","))
        field.widget.attrs["inputmode"] = "decimal"
    elif ligne.forme == Forme.CHOIX and len(ligne.choix) > 6:
        field = forms.ChoiceField(**asked, initial=valeur, choices=[("", "Choisir…"), *ligne.choix])
    else:
        field = forms.ChoiceField(**asked, initial=valeur, choices=ligne.choix, widget=forms.RadioSelect)
    found = {VALEUR + ligne.code: field}
    if ligne.commentaire:
        found[TEXTE + ligne.code] = forms.CharField(
            label=format_html('{}<span class="visually-hidden"> : {}</span>', ligne.commentaire, ligne.texte),
            required=False, max_length=8000, initial=texte, widget=forms.Textarea(attrs={"rows": "2"}),
        )  # fmt: skip
    return found


def _help(ligne: Ligne, before: Ligne | None, known: str = "") -> str:
    """The lines under a question, when it is asked (after which answer to the one ``before``), what a DLA's answer is,
    and what was ``known`` before."""
    said = [f"Avant : {known}."] if known else []
    if ligne.si is not None and before is not None:
        said.append(f"Seulement si vous avez répondu « {before.read(ligne.si.valeur)} » à « {before.texte} ».")
    if ligne.nature:
        said.append(f"Nature de la réponse : {NATURES[ligne.nature]}.")
    details = format_html("Dont :<ul>{}</ul>", format_html_join("", "<li>{}</li>", ((d,) for d in ligne.details)))
    return format_html("{} {}", " ".join(said), details if ligne.details else "") if said or ligne.details else ""


class SaisieForm(ReponseForm):
    """An answer that somebody gave the team: by which way, on which day, and who spoke."""

    def __init__(self, *args: Any, voies: Iterable[str], nom_au_choix: bool = False, **kwargs: Any):
        self._voies, self._nom_au_choix = list(voies), nom_au_choix
        super().__init__(*args, nom_au_choix=True, **kwargs)

    def asked_first(self, who: Repondant | None) -> dict[str, forms.Field]:
        told = super().asked_first(who)
        told["nom_visible"].label = "Le prestataire peut lire ce nom"
        if not self._nom_au_choix:
            told.pop("nom_visible")
        return {
            "voie": forms.ChoiceField(
                label="Comment cette réponse vous est-elle parvenue ?",
                choices=[(v, Voie(v).label) for v in self._voies],
                widget=forms.RadioSelect,
                initial=who.voie if who and who.voie in self._voies else None,
            ),
            "le": forms.DateField(
                label="Date de la réponse",
                initial=(who.le if who else None) or clock.today(),
                help_text="Le jour où elle a été donnée, non celui où vous la saisissez.",
            ),
            **told,
        }

    def details(self) -> dict[str, Any]:
        return {**super().details(), "le": self.cleaned_data.get("le")}


class SalleForm(ReponseForm):
    """An answer given in the room: for which structure."""

    version = None

    def __init__(self, *args: Any, structures: Iterable[StructureCiblee], nom_au_choix: bool = False, **kwargs: Any):
        self._structures = {str(row.pk): row for row in structures}
        self._nom_au_choix = nom_au_choix
        super().__init__(*args, nom_au_choix=True, **kwargs)

    def asked_first(self, who: Repondant | None) -> dict[str, forms.Field]:
        choices = [("", "Choisir…"), *((pk, str(row)) for pk, row in self._structures.items()), (AUTRE, "Autre")]
        told = super().asked_first(who)
        if not self._nom_au_choix:
            told.pop("nom_visible")
        return {
            "structure": forms.ChoiceField(label="Votre structure", choices=choices),
            "organisme": forms.CharField(
                label="Si elle n’est pas dans la liste, son nom", required=False, max_length=200
            ),
            **told,
        }

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("structure") == AUTRE and not data.get("organisme"):
            self.add_error("organisme", "Écrivez le nom de votre structure.")
        return data

    def details(self) -> dict[str, Any]:
        row = self._structures.get(self.cleaned_data["structure"])
        return {
            **super().details(),
            "structure": row,
            "organisme": str(row)[:200] if row is not None else self.cleaned_data.get("organisme", ""),
        }


# --- What the team types --------------------------------------------------------------------------------------------


class QuestionnaireForm(VersionedFormMixin, BaseModelForm):
    """What is said of a questionnaire beside its questions."""

    class Meta:
        model = Questionnaire
        fields = ["titre", "echeance", "causes"]
        help_texts = {
            "echeance": "Dite à ceux qui répondent, et rappelée dans l’échéancier.",
            "causes": "D’où viennent les difficultés que les réponses font voir.",
        }


class HeuresForm(VersionedFormMixin, BaseModelForm):
    """From when to when the QR code receives answers."""

    class Meta:
        model = Questionnaire
        fields = ["salle_des", "salle_jusqua"]
        help_texts = {
            "salle_des": "Vide : dès que le questionnaire est ouvert.",
            "salle_jusqua": "Vide : jusqu’à la clôture des réponses.",
        }


class RepondantForm(VersionedFormMixin, BaseModelForm):
    """Somebody to ask."""

    class Meta:
        model = Repondant
        fields = ["sorte", "structure", "partenaire", "organisme", "nom", "fonction", "email"]
        help_texts = {"organisme": "Laissez vide : c’est le nom de la structure ou du partenaire choisi."}

    def __init__(self, *args: Any, questionnaire: Questionnaire, **kwargs: Any):
        super().__init__(*args, **kwargs)
        asked = [prevu.code for prevu in definition_of(questionnaire).repondants]
        self.fields["sorte"].choices = [(code, SorteRepondant(code).label) for code in asked]
        self.fields["structure"].queryset = structures_of(questionnaire.ingenierie)
        if not {*PARTENAIRES} & {*asked}:
            del self.fields["partenaire"]
            return
        self.fields["partenaire"].queryset = PartenaireProjet.objects.filter(
            ingenierie=questionnaire.ingenierie
        ).select_related("partenaire")
        self.fields["partenaire"].label_from_instance = lambda row: str(row.partenaire)


class AjouterRepondantForm(RepondantForm):
    """The same, of somebody new."""

    version = None


class PreparerForm(BaseForm):
    """Which questionnaire, of which mission, from which model."""

    code = forms.SlugField(widget=forms.HiddenInput)
    convention = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)
    modele = forms.ModelChoiceField(
        label="D’après", queryset=ModeleQuestionnaire.objects.none(), required=False, empty_label="la trame d’origine"
    )

    def __init__(self, *args: Any, modeles: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["modele"].queryset = modeles


class ModeleForm(BaseForm):
    """The name of a model to keep."""

    nom = forms.CharField(label="Nom du modèle", max_length=120)
