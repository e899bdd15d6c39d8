"""The forms of the plan of transfer and of its rows."""

from __future__ import annotations

from typing import Any

from django import forms

from capitalisation.transfert.enums import Responsable
from capitalisation.transfert.models import LigneTransfert, PlanTransfert
from core.forms import BaseModelForm, VersionedFormMixin


class _Part(VersionedFormMixin, BaseModelForm):
    """A part of the plan."""


class NatureForm(_Part):
    """What is kept: the three of 000."""

    class Meta:
        model = PlanTransfert
        fields = ["methode", "informations", "contenu", "echeance"]
        help_texts = {
            "methode": "Ce qu’un collègue referait, et comment : étapes, outils, animation.",
            "informations": "Ce qu’on a appris du secteur ou du territoire, et qui vaut d’être gardé.",
            "contenu": "Ce qui a été travaillé avec les structures : apports, supports, exemples.",
            "echeance": "La date paraît dans l’échéancier.",
        }
        widgets = {name: forms.Textarea(attrs={"rows": 6}) for name in ("methode", "informations", "contenu")}


class DecisionForm(_Part):
    """Transferable or not, and why."""

    class Meta:
        model = PlanTransfert
        fields = ["suite", "transferables", "objectifs", "motif_rien"]
        labels = {
            "suite": "Y a-t-il quelque chose à transférer ?",
            "transferables": "Quelles informations sont transférables ?",
            "objectifs": "Quels sont les objectifs de ces transferts d’information ?",
            "motif_rien": "Si rien n’est à transférer, pourquoi ?",
        }
        help_texts = {
            "suite": "Ne rien transférer est aussi une décision ; elle se motive.",
            "transferables": "Ce qui vaut ailleurs, et non ce qui tient aux personnes, au lieu ou au moment.",
            "objectifs": "Faire gagner du temps, inspirer, outiller…",
        }
        widgets = {
            "suite": forms.RadioSelect,
            **{name: forms.Textarea(attrs={"rows": 5}) for name in ("transferables", "objectifs", "motif_rien")},
        }


class ComiteForm(_Part):
    """The avis of the comité d'appui: optional."""

    class Meta:
        model = PlanTransfert
        fields = ["avis_le", "avis", "avis_suite"]
        labels = {"avis_le": "Date de l’avis"}
        help_texts = {
            "avis": "Ce qu’il juge sensible, ce qui intéressera d’autres réseaux, qui peut servir de relais.",
            "avis_suite": "Ce que vous changez au plan d’après cet avis.",
        }
        widgets = {name: forms.Textarea(attrs={"rows": 5}) for name in ("avis", "avis_suite")}


class LigneForm(BaseModelForm):
    """A row: what, to whom, by whom, in which form and tone, for when."""

    class Meta:
        model = LigneTransfert
        fields = [
            "quoi", "nature", "destinataire", "qui", "responsable", "responsable_qui", "forme", "forme_precision",
            "ton", "ton_precision", "prevu_le",
        ]  # fmt: skip
        help_texts = {
            "quoi": "Un support, un savoir, un contact : par exemple « le guide de préparation des rencontres ».",
            "qui": "Un par ligne. Laissé vide, ceux que le dossier connaît sont repris.",
            "responsable_qui": "L’organisme qui s’en charge.",
            "prevu_le": "La date paraît dans l’échéancier.",
        }
        widgets = {"qui": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, individuelle: bool, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if individuelle:
            # Nobody carries a group there.
            field = self.fields["responsable"]
            field.choices = [choice for choice in field.choices if choice[0] != Responsable.PORTEUSE]


class LigneEditForm(VersionedFormMixin, LigneForm):
    """The same, which exists."""


class SuiviForm(VersionedFormMixin, BaseModelForm):
    """Where a transfer stands."""

    class Meta:
        model = LigneTransfert
        fields = ["fait_le", "sans_suite"]
        help_texts = {"sans_suite": "À remplir seulement si ce transfert ne se fera pas."}
