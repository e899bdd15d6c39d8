"""Opening an ingénierie, collective or individuelle."""

from __future__ import annotations

from typing import Any

from django import forms

from accounts.enums import Role
from accounts.models import Membership, User
from core.actor import Actor
from core.forms import BaseForm
from core.sorting import french
from core.widgets import GroupedCheckboxes
from projects.identification.forms import IdentiteFields
from projects.ouverture.services import TITLE_MAX
from referentiels.models import TypePrestation


class IndividuelleForm(BaseForm):
    """Title, theme, who follows it, dates, and what the structure asks."""

    titre = forms.CharField(
        label="Titre",
        max_length=TITLE_MAX,
        help_text="Il se lit dans les listes, jusque chez les DLA voisins : retirez-en le nom de la structure si elle "
        "le préfère.",
    )
    themes = forms.ModelMultipleChoiceField(
        label="Thème (type de prestation Enée)",
        help_text="Un seul si possible.",
        queryset=TypePrestation.objects.none(),
        required=False,
        widget=GroupedCheckboxes,
    )
    besoins = forms.CharField(
        label="Ce dont la structure a besoin",
        help_text="Avec ses mots ; le cahier des charges le reprendra.",
        widget=forms.Textarea,
        required=False,
        max_length=5000,
    )
    charge_mission = forms.ModelChoiceField(
        label="Suivie par", queryset=User.objects.none(), required=False, empty_label="Personne pour l’instant"
    )
    date_debut = forms.DateField(label="Date de début", required=False)
    date_fin = forms.DateField(label="Date de fin prévue", required=False)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any):
        super().__init__(*args, **kwargs)
        writing = Membership.objects.active().filter(organisation=actor.organisation_id).exclude(role=Role.LECTURE)
        self.fields["themes"].queryset = TypePrestation.objects.order_by(french("label"), "pk")
        self.fields["charge_mission"].queryset = User.objects.filter(pk__in=writing.values("user")).order_by(
            "last_name", "pk"
        )
        self.initial.setdefault("charge_mission", actor.user_id)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        debut, fin = cleaned.get("date_debut"), cleaned.get("date_fin")
        if debut and fin and fin < debut:
            self.add_error("date_fin", "La date de fin précède la date de début : vérifiez les deux dates.")
        return cleaned


class NouvelleIngenierieForm(IdentiteFields):
    """Opens an ingénierie: only the title is required."""
