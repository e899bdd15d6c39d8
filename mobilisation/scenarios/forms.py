"""Forms of the scenarios."""

from __future__ import annotations

from django import forms

from core.forms import BaseModelForm, VersionedFormMixin
from mobilisation.scenarios.models import DateScenario, Scenario

_SCENARIO = [
    "nom", "rythme", "duree", "periode", "date_debut", "date_fin", "lieu", "logistique", "avantages", "propose",
]  # fmt: skip
_ONE_LINE = ("nom", "date_debut", "date_fin", "propose")


class NouveauScenarioForm(BaseModelForm):
    """Proposes a scenario."""

    class Meta:
        model = Scenario
        fields = _SCENARIO
        help_texts = {
            "nom": "Ce qui le distingue en quelques mots : « cinq modules décentralisés ».",
            "rythme": "Jours consécutifs, une fois par mois, alternance de temps collectifs et individuels…",
            "duree": "De la première à la dernière rencontre.",
            "periode": "En mots : les mois, les jours de la semaine, ce qu’il faut éviter.",
            "date_debut": "Si elles sont connues. Celles du scénario retenu entrent dans l’échéancier, tant que "
            "« L’intervention » n’en dit pas d’autres ; ses séances s’ajoutent une fois le scénario enregistré.",
            "propose": "Ses conditions et ses dates sont alors montrées aux structures par leur lien personnel, qui "
            "leur demande si elles seraient disponibles. Jamais ses avantages et limites.",
            "lieu": "Accessible au regard de l’origine géographique des participants.",
            "logistique": "Salle, matériel, repas, déplacements : qui s’en charge, qui paie.",
            "avantages": "Ce qui plaide pour ce scénario, ce qui le rend difficile. Se lit dans le dossier "
            "seulement : rien n’en part dans le cahier des charges ni dans un document.",
        }
        widgets = {name: forms.Textarea(attrs={"rows": "2"}) for name in _SCENARIO if name not in _ONE_LINE}


class ScenarioForm(VersionedFormMixin, NouveauScenarioForm):
    """Changes a scenario."""


class DateScenarioForm(BaseModelForm):
    """Adds a session to a scenario."""

    class Meta:
        model = DateScenario
        fields = ["date", "heure_debut", "heure_fin", "objet", "lieu"]
        help_texts = {
            "objet": "Par exemple : module 1, « le modèle économique » ; bilan.",
            "lieu": "S’il n’est pas celui du scénario.",
        }
        widgets = dict.fromkeys(("heure_debut", "heure_fin"), forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
