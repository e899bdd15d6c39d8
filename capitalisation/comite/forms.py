"""The forms of the committee: its settings, its members, an avis."""

from __future__ import annotations

from typing import Any

from django import forms

from capitalisation.comite.enums import Portee, Qualite
from capitalisation.comite.models import AvisEditorial, ComiteEditorial, MembreComite
from core.forms import BaseForm, BaseModelForm, VersionedFormMixin


class ReglagesForm(VersionedFormMixin, BaseModelForm):
    """How many avis, how long."""

    class Meta:
        model = ComiteEditorial
        fields = ["quorum", "delai_jours"]
        help_texts = {
            "quorum": "Deux au moins : sans eux, une ressource n’est ni publiée ni promue.",
            "delai_jours": "Pour les examens à venir ; ceux qui sont ouverts gardent leur date.",
        }

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["quorum"].min_value = 2
        self.fields["quorum"].widget.attrs |= {"min": 2, "max": 20}
        self.fields["delai_jours"].widget.attrs |= {"min": 3, "max": 120}

    def clean_quorum(self) -> int:
        quorum = self.cleaned_data["quorum"]
        if not 2 <= quorum <= 20:
            raise forms.ValidationError("Un comité a plusieurs acteurs : de 2 à 20 avis.")
        return quorum

    def clean_delai_jours(self) -> int:
        jours = self.cleaned_data["delai_jours"]
        if not 3 <= jours <= 120:
            raise forms.ValidationError("De 3 à 120 jours.")
        return jours


class RechercheForm(BaseForm):
    """Somebody of the network, by name or by organisation."""

    q = forms.CharField(label="Nom, prénom ou organisation", max_length=100, required=False)


class MembreCompteForm(BaseForm):
    """Somebody of the network, chosen, sits as what."""

    qualite = forms.CharField(
        label="Siège comme", max_length=120, help_text="Par exemple : réseau associatif, expert-comptable, financeur."
    )


class MembreLienForm(BaseModelForm):
    """Somebody without account."""

    class Meta:
        model = MembreComite
        fields = ["nom", "email", "qualite"]
        help_texts = {
            "email": "Chaque ressource à examiner y sera envoyée par un lien personnel.",
            "qualite": "Par exemple : réseau associatif, expert-comptable, financeur. C’est ce que lira l’auteur.",
        }


class MembreEditForm(VersionedFormMixin, MembreLienForm):
    """Who sits: an account keeps its own name and address."""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if not self.instance.par_lien:
            del self.fields["nom"], self.fields["email"]


class AvisForm(VersionedFormMixin, BaseModelForm):
    """What a member thinks of the quality of a resource, and of its reach."""

    class Meta:
        model = AvisEditorial
        fields = ["qualite", "portee", "texte"]
        widgets = {"qualite": forms.RadioSelect, "portee": forms.RadioSelect}
        labels = {"qualite": "Sa qualité", "portee": "Sa portée", "texte": "Pourquoi"}
        help_texts = {
            "qualite": "Claire et lisible, testée, vérifiée par un professionnel : votre avis.",
            "portee": "Sert-elle au territoire, ou partout ?",
            "texte": "Nécessaire si l’avis est réservé ou défavorable. L’auteur lira ces mots après la décision, sous "
            "votre qualité, sans votre nom.",
        }

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        # Nothing is chosen beforehand, and « nothing » is not a choice.
        self.fields["qualite"].choices = Qualite.choices
        self.fields["portee"].choices = [(value, label.lower()) for value, label in Portee.choices]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("qualite") not in (None, "favorable") and not data.get("texte"):
            self.add_error("texte", "Dites vos réserves, ou pourquoi l’avis est défavorable.")
        return data
