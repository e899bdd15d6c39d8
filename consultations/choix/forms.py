"""The forms of the choice of a prestataire."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from crispy_forms.layout import Column, Layout, Row
from django import forms

from consultations.choix.enums import SAISIS, AvisSurProjet, ChoisiPar, ModeAvis
from consultations.choix.models import ChoixPrestataire
from consultations.lecture.candidats import Candidat
from consultations.lecture.forms import long_text
from consultations.lecture.services.lecteurs import structures_of
from core import clock
from core.forms import BaseForm, BaseModelForm, VersionedFormMixin
from projects.ingenierie.models import Ingenierie
from projects.structures_ciblees.models import StructureCiblee


class ChoixForm(BaseModelForm):
    """The day, the way, the reasons, who decided."""

    class Meta:
        model = ChoixPrestataire
        fields = ["date", "mode", "justification", "choisi_par", "decideurs", "motifs"]
        help_texts = {
            "date": "Le jour où le choix a été arrêté : la fiche doit être publiée et à jour ce jour-là.",
            "mode": "Comment les propositions ont été recueillies.",
            "justification": "Seulement sans mise en concurrence, ou si moins de deux prestataires sont inscrits comme "
            "consultés : ce qui l’explique.",
            "decideurs": "Par exemple : comité de pilotage du 12 mars, avec les structures. Sans nommer de personne.",
            "motifs": "Ce qui a emporté la décision, critère par critère. Rien n’en est envoyé : c’est vous qui "
            "les restituez à ceux qui ont répondu.",
        }

    def __init__(self, *args: Any, individuelle: bool = False, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["date"].initial = clock.today
        self.fields["mode"].choices = [("", "Choisir…"), *((mode.value, mode.label) for mode in SAISIS)]
        if individuelle:
            self.fields["choisi_par"].choices = [
                (code, label) for code, label in self.fields["choisi_par"].choices if code != ChoisiPar.DLA
            ]
            self.fields["choisi_par"].help_text = "Dans une ingénierie individuelle, avec la structure ou par elle."

    def build_layout(self) -> Layout:
        half = "col-md-6"
        return Layout(
            Row(Column("date", css_class=half), Column("mode", css_class=half)),
            "justification",
            Row(Column("choisi_par", css_class=half), Column("decideurs", css_class=half)),
            "motifs",
        )

    def clean_date(self):
        if self.cleaned_data["date"] > clock.today():
            raise forms.ValidationError("La date de la décision est dans le futur.")
        return self.cleaned_data["date"]


class RetraitForm(BaseForm):
    """Why a choice is taken back."""

    reason = forms.CharField(
        label="Motif",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Par exemple : le prestataire a renoncé. Inscrit au journal.",
    )


class DecisionForm(VersionedFormMixin, BaseForm):
    """The decision of a call: who, when, by whom, why. ``version`` is that of the call."""

    retenu = forms.TypedChoiceField(label="Prestataire retenu", coerce=int, widget=forms.RadioSelect)
    date = forms.DateField(
        label="Jour de la décision",
        help_text="La fiche du prestataire doit être publiée et à jour ce jour-là.",
    )
    choisi_par = forms.ChoiceField(label="Choisi", choices=[("", "Choisir…"), *ChoisiPar.choices])
    decideurs = forms.CharField(
        label="Qui a décidé",
        max_length=300,
        help_text="Par exemple : comité de pilotage du 12 mars, avec les structures. Sans nommer de personne.",
    )
    motifs = forms.CharField(
        label="Motifs du choix",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="Ce qui a emporté la décision, critère par critère. Ils vont au procès-verbal, non aux candidats.",
    )

    def __init__(self, *args: Any, columns: Sequence[Candidat], individuelle: bool, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["retenu"].choices = [(c.invitation.pk, c.nom) for c in columns]
        self.fields["date"].initial = clock.today
        if individuelle:
            self.fields["choisi_par"].choices = [
                (code, label) for code, label in self.fields["choisi_par"].choices if code != ChoisiPar.DLA
            ]
            self.fields["choisi_par"].help_text = "Dans une ingénierie individuelle, avec la structure ou par elle."

    def build_layout(self) -> Layout:
        half = "col-md-6"
        return Layout(
            "retenu",
            Row(Column("date", css_class=half), Column("choisi_par", css_class=half)),
            "decideurs",
            "motifs",
        )

    def clean_date(self):
        if self.cleaned_data["date"] > clock.today():
            raise forms.ValidationError("La date de la décision est dans le futur.")
        return self.cleaned_data["date"]


class EnvoisForm(BaseForm):
    """The text that each candidate will receive, proposed from its own column of the grid."""

    def __init__(self, *args: Any, envois: Sequence[Any], **kwargs: Any):
        super().__init__(*args, **kwargs)
        for envoi in envois:
            field = long_text(f"Ce que {envoi.nom} recevra", limit=12_000, rows=12, initial=envoi.texte)
            field.required = True
            self.fields[f"texte_{envoi.invitation.pk}"] = field

    def texts(self) -> dict[int, str]:
        """{invitation: text}."""
        return {int(name.removeprefix("texte_")): text for name, text in self.cleaned_data.items()}


class CommentaireForm(BaseForm):
    """A comment on one section of the project."""

    rubrique = forms.ChoiceField(label="Rubrique")
    texte = forms.CharField(label="Commentaire", max_length=4000, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, rubriques: Sequence[tuple[str, str]], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["rubrique"].choices = [("", "Choisir…"), *rubriques]


class MotForm(BaseForm):
    """What goes with a new version: the number of the one shown, what changes."""

    montree = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=32_767)
    mot = forms.CharField(
        label="Ce qui change (facultatif)", required=False, max_length=2000, help_text="Lu à côté de cette version."
    )


class SolliciterForm(BaseForm):
    """Ask a structure to validate the project, by a personal link."""

    structure = forms.ModelChoiceField(label="Structure", queryset=StructureCiblee.objects.none())
    nom = forms.CharField(label="Nom de la personne", max_length=120)
    email = forms.EmailField(label="Adresse électronique")

    def __init__(self, *args: Any, ingenierie: Ingenierie, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["structure"].queryset = structures_of(ingenierie)


class AvisForm(BaseForm):
    """What a structure, or the structures together, said of the project."""

    structure = forms.ModelChoiceField(
        label="Structure",
        queryset=StructureCiblee.objects.none(),
        required=False,
        empty_label="Les structures ensemble",
        help_text="Ensemble : en réunion, par exemple au comité de pilotage.",
    )
    sens = forms.ChoiceField(label="Avis", choices=AvisSurProjet.choices, widget=forms.RadioSelect)
    date = forms.DateField(label="Donné le", initial=clock.today)
    mode = forms.ChoiceField(
        label="Comment", choices=[c for c in ModeAvis.choices if c[0] != ModeAvis.LIEN], widget=forms.RadioSelect
    )
    qui = forms.CharField(label="Par qui", max_length=200, help_text="La personne ou l’instance, et à quel titre.")
    commentaire = forms.CharField(
        label="Commentaire", required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, ingenierie: Ingenierie, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["structure"].queryset = structures_of(ingenierie)
        if ingenierie.is_individuelle:
            self.fields["structure"].required = True
            self.fields["structure"].empty_label = "Choisir…"
            self.fields["structure"].help_text = ""

    def build_layout(self) -> Layout:
        half = "col-md-6"
        return Layout(
            "structure",
            Row(Column("sens", css_class=half), Column("mode", css_class=half)),
            Row(Column("date", css_class=half), Column("qui", css_class=half)),
            "commentaire",
        )


class ReponseProjetForm(BaseForm):
    """What a structure answers by its link; ``numero`` is the version it had before its eyes."""

    numero = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=32_767)
    sens = forms.ChoiceField(
        label="Ce projet",
        choices=[
            (AvisSurProjet.VALIDE, "nous convient : nous le validons"),
            (AvisSurProjet.A_RETRAVAILLER, "est à retravailler, comme nous le disons ci-dessus ou ci-dessous"),
        ],
        widget=forms.RadioSelect,
    )
    commentaire = forms.CharField(
        label="Commentaire sur l’ensemble", required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, rubriques: Sequence[tuple[str, str]], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self._codes = [code for code, _ in rubriques]
        for code, title in rubriques:
            self.fields[f"rubrique_{code}"] = long_text(f"Votre commentaire sur : {title.lower()}", limit=4000, rows=2)

    def comments(self) -> dict[str, str]:
        """{section: text}."""
        return {code: self.cleaned_data[f"rubrique_{code}"] for code in self._codes}
