"""The forms of a call: the team's, then those of the prestataires invited."""

from __future__ import annotations

from typing import Any

from crispy_forms.layout import Column, Fieldset, Layout, Row
from django import forms
from django.core.exceptions import ValidationError

from consultations.appel.conditions import SHEET
from consultations.appel.enums import ModeAppel, MotifDeclin
from consultations.appel.models import Appel, Invitation, Question, Rencontre
from consultations.appel.presenters import meeting_question
from core import clock
from core.forms import BaseForm, BaseModelForm, VersionedFormMixin
from referentiels.local_time import LocalDateTimeField, instant

_HALF = "col-md-6"


class _Deadline(forms.Form):
    """A deadline typed in the time of its territory (``fuseau``), to come."""

    date_limite = LocalDateTimeField(label="Date limite de réponse", required=False)

    def fuseau_of(self) -> str:
        raise TypeError

    def clean(self):
        cleaned = super().clean()
        local = cleaned.get("date_limite")
        if local is None:
            return cleaned
        try:
            moment = instant(local, self.fuseau_of())
        except ValidationError as error:
            self.add_error("date_limite", error)
            return cleaned
        if moment <= clock.now():
            self.add_error("date_limite", "Cette date est déjà passée : donnez-en une dans le futur.")
        cleaned["date_limite"] = moment
        return cleaned


class AppelForm(_Deadline, VersionedFormMixin, BaseModelForm):
    """The deadline, and what its mode asks: the sheet of the simplified one, the reason of doing without competition.

    The mode is chosen before, by a link: ``mode`` is the one that the page was asked with.
    """

    class Meta:
        model = Appel
        fields = ["mode", "justification", "date_limite", "fuseau", "motif_nombre", *(name for name, _ in SHEET)]
        widgets = {"mode": forms.HiddenInput}
        help_texts = {
            "date_limite": "Jour et heure, dans le futur au moment d’ouvrir l’appel.",
            "motif_nombre": "Seulement si vous en invitez un autre nombre que la règle de la région.",
            "problematique": "Deux ou trois lignes, sans nommer la structure.",
            "taille": "Par exemple : 6 salariés, 25 bénévoles.",
            "echeance": "Par exemple : mission terminée fin juin 2027.",
            "secteur": "Ni le nom de la structure, ni ce qui la ferait reconnaître.",
        }

    def __init__(self, *args: Any, regle: str = "", mode: str = "", **kwargs: Any):
        super().__init__(*args, **kwargs)
        mode = (self.data.get("mode") if self.is_bound else mode) or mode or self.instance.mode
        self.initial["mode"] = mode
        self.fields["date_limite"].zone = self.instance.zone
        if regle:
            self.fields["motif_nombre"].help_text = f"La règle de la région est d’en inviter {regle}."
        if self.instance.retour_complet_at:
            self.fields["mode"].choices = [c for c in ModeAppel.choices if c[0] != ModeAppel.SIMPLIFIEE]
        if mode != ModeAppel.SIMPLIFIEE or self.instance.retour_complet_at:
            for name, _ in SHEET:
                self.fields.pop(name, None)
        if mode == ModeAppel.SANS_CONCURRENCE:
            self.fields["justification"].required = True
            self.fields["justification"].error_messages["required"] = "Sans mise en concurrence, dites pourquoi."
        else:
            del self.fields["justification"]

    def fuseau_of(self) -> str:
        return self.cleaned_data.get("fuseau") or self.instance.fuseau

    def build_layout(self) -> Layout:
        parts = [
            "mode",
            *(["justification"] if "justification" in self.fields else []),
            Row(Column("date_limite", css_class=_HALF), Column("fuseau", css_class=_HALF)),
            "motif_nombre",
        ]
        if "secteur" in self.fields:
            parts.append(
                Fieldset(
                    "Fiche de l’appel à compétences",
                    Row(Column("secteur", css_class=_HALF), Column("taille", css_class=_HALF)),
                    "problematique",
                    "theme",
                    "objectif",
                    Row(Column("duree", css_class=_HALF), Column("echeance", css_class=_HALF)),
                    Row(Column("rencontre_du", css_class=_HALF), Column("rencontre_au", css_class=_HALF)),
                )
            )
        return Layout("version", *parts)

    def clean(self):
        cleaned = super().clean()
        begin, end = cleaned.get("rencontre_du"), cleaned.get("rencontre_au")
        if begin and end and end < begin:
            self.add_error("rencontre_au", "Cette date précède la première.")
        return cleaned


class _Appels(forms.ModelChoiceField):
    def label_from_instance(self, obj: Appel) -> str:
        return f"{obj.ingenierie.titre} ({obj.get_mode_display().lower()}, {obj.get_state_display()})"


class InviterForm(BaseForm):
    """To which call, and why another number than the rule."""

    appel = _Appels(
        label="Appel",
        queryset=Appel.objects.none(),
        help_text="Ceux de votre organisation, en préparation ou ouverts.",
        error_messages={"required": "Choisissez l’appel auquel ils sont invités."},
    )
    motif = forms.CharField(
        label="Pourquoi plus ou moins de prestataires que la règle de la région",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Seulement si ce nombre n’est pas celui de la règle. Inscrit au journal.",
    )

    def __init__(self, *args: Any, appels: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["appel"].queryset = appels


class MotifForm(BaseForm):
    """A reason, for the journal and for whom it is told to."""

    reason = forms.CharField(label="Motif", max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(self, *args: Any, help_text: str = "", **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = help_text


class DateForm(_Deadline, BaseForm):
    """Another deadline for all, and why."""

    reason = forms.CharField(
        label="Motif",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Envoyé à tous les prestataires invités et inscrit au journal.",
    )

    def __init__(self, *args: Any, appel: Appel, needs_date: bool = True, reason: bool = True, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.appel = appel
        self.fields["date_limite"].zone = appel.zone
        self.fields["date_limite"].label = "Nouvelle date limite"
        self.fields["date_limite"].required = needs_date
        self.fields["date_limite"].help_text = f"Aujourd’hui : {appel.date_limite_texte}."
        if not reason:
            del self.fields["reason"]

    def fuseau_of(self) -> str:
        return self.appel.fuseau


class CeQueSaitForm(VersionedFormMixin, BaseModelForm):
    """What a prestataire associated earlier learnt."""

    class Meta:
        model = Appel
        fields = ["ce_que_sait"]
        labels = {"ce_que_sait": "Ce qu’un prestataire associé plus tôt en a appris"}
        help_texts = {
            "ce_que_sait": "Impressions, pistes, scénarios : ce qu’il sait de plus que les autres, pour que tous "
            "partent du même point. Lu par tous les candidats."
        }


class ReponseForm(VersionedFormMixin, BaseModelForm):
    """The answer to a question, for all."""

    class Meta:
        model = Question
        fields = ["reponse"]
        labels = {"reponse": "Votre réponse, publiée à tous"}

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["reponse"].required = True


class PrecisionForm(BaseForm):
    """Something the pilot tells all of its own accord."""

    texte = forms.CharField(
        label="Votre précision, publiée à tous", max_length=8000, widget=forms.Textarea(attrs={"rows": 5})
    )


class RencontreForm(VersionedFormMixin, BaseModelForm):
    """The one meeting of the candidates with the structures; its compte rendu once it was held."""

    class Meta:
        model = Rencontre
        fields = ["date", "heure_debut", "heure_fin", "lieu", "precisions", "compte_rendu"]
        widgets = {
            name: forms.TimeInput(attrs={"type": "time"}, format="%H:%M") for name in ("heure_debut", "heure_fin")
        }
        help_texts = {
            "lieu": "Adresse, ou visioconférence.",
            "precisions": "Qui sera là, comment venir, ce qui sera montré.",
            "compte_rendu": "Les questions posées et les réponses données : tous les prestataires invités lisent le "
            "même texte, qu’ils soient venus ou non.",
        }

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if self.instance.pk is None or self.instance.date > clock.today():
            del self.fields["compte_rendu"]

    def build_layout(self) -> Layout:
        third = "col-md-4"
        rest = ["compte_rendu"] if "compte_rendu" in self.fields else []
        return Layout(
            "version",
            Row(
                Column("date", css_class=third),
                Column("heure_debut", css_class=third),
                Column("heure_fin", css_class=third),
            ),
            "lieu",
            "precisions",
            *rest,
        )


# --- The prestataire's ----------------------------------------------------------------------------------------------


class QuestionForm(BaseForm):
    """A question, that nobody knows whose."""

    texte = forms.CharField(
        label="Votre question",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Elle est publiée avec la réponse à tous les prestataires invités, sans dire qui l’a posée : "
        "n’y écrivez rien qui vous fasse reconnaître.",
    )


class DeclinForm(BaseForm):
    """Why one does not position oneself (002, DLA 28)."""

    motif_declin = forms.ChoiceField(
        label="Vous ne vous positionnez pas :", choices=MotifDeclin.choices, widget=forms.RadioSelect
    )
    de_nouveau_le = forms.DateField(
        label="À partir de quand nous pourrons de nouveau vous solliciter",
        required=False,
        help_text="Seulement si vous n’êtes pas disponible : la date se lit dans le portefeuille.",
    )
    mot = forms.CharField(
        label="Un mot, si vous le souhaitez", required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2})
    )

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("motif_declin") == MotifDeclin.INDISPONIBLE and "de_nouveau_le" not in self.errors:
            day = cleaned.get("de_nouveau_le")
            if day is None:
                self.add_error("de_nouveau_le", "Dites à partir de quand vous pourrez de nouveau être sollicité.")
            elif day <= clock.today():
                self.add_error("de_nouveau_le", "Cette date est à venir.")
        return cleaned


class PositionForm(VersionedFormMixin, BaseModelForm):
    """The four questions, in their words (002, DLA 28). « Non » to the first is said on the page of the declines."""

    rencontre_possible = forms.TypedChoiceField(
        choices=[("oui", "Oui"), ("non", "Non")],
        coerce=lambda value: value == "oui",
        widget=forms.RadioSelect,
        error_messages={"required": "Répondez par oui ou par non."},
    )

    class Meta:
        model = Invitation
        fields = ["rencontre_possible", "rencontre_des", "coherence", "prix_demi_journee"]
        labels = {
            "rencontre_des": "Si non, 1ère rencontre possible à partir du :",
            "coherence": "Cohérence de l’offre avec vos compétences et expériences",
            "prix_demi_journee": "À quel prix moyen accepteriez-vous cette mission ?",
        }
        widgets = {"coherence": forms.Textarea(attrs={"rows": 5})}
        help_texts = {
            "coherence": "Quelques lignes : secteur d’activité, type de structure, thèmes de l’accompagnement…",
            "prix_demi_journee": "Prix moyen d’une demi-journée, frais de mission compris. Le prix définitif se "
            "négocie sur le projet annexé à la convention.",
        }

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["rencontre_possible"].label = meeting_question(self.instance.appel)
        said = self.instance.rencontre_possible
        self.initial["rencontre_possible"] = None if said is None else ("oui" if said else "non")
        for name in ("coherence", "prix_demi_journee"):
            self.fields[name].required = True

    def clean(self):
        cleaned = super().clean()
        if (
            cleaned.get("rencontre_possible") is False
            and not cleaned.get("rencontre_des")
            and "rencontre_des" not in self.errors
        ):
            self.add_error("rencontre_des", "Dites à partir de quand la 1ère rencontre est possible.")
        return cleaned
