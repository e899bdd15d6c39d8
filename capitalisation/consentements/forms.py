"""The forms of the consents: who is asked, what was told, what is answered by link."""

from __future__ import annotations

from typing import Any

from django import forms

from capitalisation.consentements.enums import MOYENS_SAISIS, REPONSES
from capitalisation.consentements.models import Consentement
from core import clock
from core.forms import BaseForm, BaseModelForm, VersionedFormMixin


class ConsentementForm(BaseModelForm):
    """A consent to ask."""

    class Meta:
        model = Consentement
        fields = ["structure", "personne", "fonction", "email"]
        help_texts = {
            "personne": "Laissez vide pour demander le consentement de la structure elle-même.",
            "email": "Sans adresse, notez ce qui vous a été dit.",
        }

    def __init__(self, *args: Any, structures: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["structure"].queryset = structures


class ConsentementEditForm(VersionedFormMixin, BaseModelForm):
    """Who is asked, and where."""

    class Meta:
        model = Consentement
        fields = ["personne", "fonction", "email"]
        help_texts = {"email": "Le lien envoyé à une autre adresse ne servira plus."}

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if not self.instance.personne:
            del self.fields["personne"], self.fields["fonction"]


class NoteForm(VersionedFormMixin, BaseForm):
    """What was told to the team."""

    etat = forms.ChoiceField(label="Réponse", choices=REPONSES, widget=forms.RadioSelect)
    le = forms.DateField(label="Le", help_text="Le jour où cela a été dit ou écrit.")
    moyen = forms.ChoiceField(label="Par quel moyen", choices=MOYENS_SAISIS)
    dit_par = forms.CharField(label="Dit par", max_length=200, help_text="Prénom, nom et fonction.")
    note = forms.CharField(label="Note", max_length=500, required=False)

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.initial.setdefault("le", clock.today())


class AccordForm(BaseForm):
    """What is answered by link."""

    accepte = forms.ChoiceField(
        label="Votre réponse",
        choices=[("oui", "J’accepte"), ("non", "Je n’accepte pas, ou je n’accepte plus")],
        widget=forms.RadioSelect,
    )
    nom = forms.CharField(label="Votre prénom et votre nom", max_length=200)
