"""Forms of the sessions of the comité d'appui."""

from __future__ import annotations

from typing import Any

from crispy_forms.layout import Column, Layout, Row
from django import forms
from django.core.exceptions import ValidationError

from core.forms import BaseForm, BaseModelForm, VersionedFormMixin
from engagement.comite.models import AvisMembre, MembreComite, SeanceComite
from projects.enums import SensAvis
from referentiels.local_time import LocalDateTimeField, instant

_HELP = {
    "lieu": "Adresse et salle, ou adresse de la visioconférence.",
    "message": "Ce que les membres liront au-dessus de l’ordre du jour : points divers, consignes d’accès…",
}


class _SeanceFields(BaseModelForm):
    """When, where, what is said to the members; hours are those of ``fuseau``."""

    debut = LocalDateTimeField(label="Date et heure")

    class Meta:
        model = SeanceComite
        fields = ["debut", "heure_fin", "fuseau", "lieu", "message"]
        widgets = {"heure_fin": forms.TimeInput(attrs={"type": "time"}, format="%H:%M")}
        help_texts = _HELP

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["heure_fin"].required = True
        self.fields["debut"].zone = self.instance.zone

    def build_layout(self) -> Layout:
        when = Row(
            Column("debut", css_class="col-sm-7 col-md-4"),
            Column("heure_fin", css_class="col-sm-5 col-md-3"),
            Column("fuseau", css_class="col-md-5"),
        )
        return Layout(when, *(name for name in self.fields if name not in ("debut", "heure_fin", "fuseau")))

    def clean(self):
        cleaned = super().clean()
        local, end, fuseau = (cleaned.get(name) for name in ("debut", "heure_fin", "fuseau"))
        if local is None or not fuseau:
            return cleaned
        if end is not None and end <= local.time():
            self.add_error("heure_fin", "La séance finit après avoir commencé : corrigez les heures.")
        try:
            cleaned["debut"] = instant(local, fuseau)
        except ValidationError as error:
            self.add_error("debut", error)
        return cleaned


class SeanceForm(_SeanceFields):
    """Opens a session."""

    reprendre = forms.BooleanField(label="Reprendre les membres de la dernière séance", required=False, initial=True)

    def seance_values(self) -> dict:
        """What goes to the service."""
        return {name: value for name, value in self.values().items() if name != "reprendre"}


class SeanceEditForm(VersionedFormMixin, _SeanceFields):
    """Changes date, place or message."""


class SyntheseForm(VersionedFormMixin, BaseModelForm):
    """Who was there, and the synthesis of the session."""

    class Meta:
        model = SeanceComite
        fields = ["presents", "synthese"]
        help_texts = {
            "presents": "Organismes ou fonctions, un par ligne ; pas de noms de personnes. Repris avec chaque avis.",
            "synthese": "Ce que le comité retient de la séance, au-delà de chaque avis : il ouvre le compte rendu.",
        }


class MembreForm(BaseModelForm):
    """Inscribes a member."""

    class Meta:
        model = MembreComite
        fields = ["nom", "organisme", "fonction", "email"]
        help_texts = {
            "nom": "Sert à lui écrire ; n’apparaît dans aucun document ni au journal.",
            "email": "Sans adresse, vous la convoquez autrement et saisissez ses avis vous-même.",
        }


class MembreEditForm(VersionedFormMixin, MembreForm):
    """Changes what is known of a member."""


def _says_why(form: forms.Form, cleaned: dict) -> dict:
    sens = cleaned.get("sens")
    if sens and sens != SensAvis.FAVORABLE and not (cleaned.get("commentaires") or "").strip():
        form.add_error("commentaires", "Dites les réserves ou les raisons.")
    return cleaned


class AvisMembreForm(VersionedFormMixin, BaseModelForm):
    """The opinion of a member on one ingénierie."""

    class Meta:
        model = AvisMembre
        fields = ["sens", "commentaires"]
        widgets = {"sens": forms.RadioSelect}
        help_texts = {"commentaires": "Réserves, questions, conseils. À remplir si l’avis n’est pas favorable."}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["sens"].choices = SensAvis.choices

    def clean(self):
        return _says_why(self, super().clean())


class AvisPointForm(VersionedFormMixin, BaseForm):
    """The avis of the comité on one ingénierie."""

    sens = forms.ChoiceField(label="Avis du comité d’appui", choices=SensAvis.choices, widget=forms.RadioSelect)
    commentaires = forms.CharField(
        label="Réserves et commentaires",
        required=False,
        widget=forms.Textarea,
        help_text="Repris dans le compte rendu et dans le dossier. À remplir si l’avis n’est pas favorable.",
    )

    def clean(self):
        return _says_why(self, super().clean())
