"""Forms of the sessions of the comité d'appui."""

from __future__ import annotations

from django import forms

from core.forms import BaseForm, BaseModelForm, VersionedFormMixin
from engagement.comite.models import AvisMembre, MembreComite, SeanceComite
from projects.enums import SensAvis

_HELP = {
    "lieu": "Adresse et salle, ou adresse de la visioconférence.",
    "message": "Ce que les membres liront au-dessus de l’ordre du jour : points divers, consignes d’accès…",
}


class SeanceForm(BaseModelForm):
    """Opens a session."""

    reprendre = forms.BooleanField(label="Reprendre les membres de la dernière séance", required=False, initial=True)

    class Meta:
        model = SeanceComite
        fields = ["debut", "lieu", "message"]
        help_texts = _HELP

    def seance_values(self) -> dict:
        """What goes to the service."""
        return {name: value for name, value in self.values().items() if name != "reprendre"}


class SeanceEditForm(VersionedFormMixin, BaseModelForm):
    """Changes date, place or message."""

    class Meta:
        model = SeanceComite
        fields = ["debut", "lieu", "message"]
        help_texts = _HELP


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
