"""Forms of the scenarios."""

from __future__ import annotations

from django import forms

from core.forms import BaseModelForm, VersionedFormMixin
from mobilisation.scenarios.models import Scenario

_SCENARIO = ["nom", "rythme", "duree", "periode", "lieu", "logistique", "avantages"]


class NouveauScenarioForm(BaseModelForm):
    """Proposes a scenario."""

    class Meta:
        model = Scenario
        fields = _SCENARIO
        help_texts = {
            "nom": "Ce qui le distingue en quelques mots : « cinq modules décentralisés ».",
            "rythme": "Jours consécutifs, une fois par mois, alternance de temps collectifs et individuels…",
            "duree": "De la première à la dernière rencontre.",
            "periode": "Les mois envisagés ; les dates arrêtées se donnent une fois, dans « L’intervention ».",
            "lieu": "Accessible au regard de l’origine géographique des participants.",
            "logistique": "Salle, matériel, repas, déplacements : qui s’en charge, qui paie.",
            "avantages": "Ce qui plaide pour ce scénario, ce qui le rend difficile. Se lit dans le dossier "
            "seulement : rien n’en part dans le cahier des charges ni dans un document.",
        }
        widgets = {name: forms.Textarea(attrs={"rows": "2"}) for name in _SCENARIO if name != "nom"}


class ScenarioForm(VersionedFormMixin, NouveauScenarioForm):
    """Changes a scenario."""
