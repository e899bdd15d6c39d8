"""The form of a shared selection."""

from __future__ import annotations

from core.forms import BaseModelForm
from partners.recherche.models import SelectionPartagee


class SelectionForm(BaseModelForm):
    """Its title, and a word."""

    class Meta:
        model = SelectionPartagee
        fields = ["titre", "message"]
        help_texts = {
            "titre": "Le partenaire le lit : « Prestataires pour la gestion des associations culturelles ».",
            "message": "Lu par le partenaire, au-dessus des fiches.",
        }
