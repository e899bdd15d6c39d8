"""Forms of « Engager »."""

from engagement.forms.action import ActionForm
from engagement.forms.budget import (
    BudgetForm,
    ChargeForm,
    ConventionEditForm,
    ConventionForm,
    RessourceForm,
    ScenarioBudgetAddForm,
    ScenarioBudgetForm,
    ValorisationForm,
)
from engagement.forms.objectifs import ObjectifsForm, ResultatEditForm, ResultatForm
from engagement.forms.partenaires import NouveauPartenaireForm, PartenaireProjetForm
from engagement.forms.reponses import ReponseForm
from engagement.forms.validation import AvisComiteForm, ValidationPorteurForm

__all__ = [
    "ActionForm",
    "AvisComiteForm",
    "BudgetForm",
    "ChargeForm",
    "ConventionEditForm",
    "ConventionForm",
    "NouveauPartenaireForm",
    "ObjectifsForm",
    "PartenaireProjetForm",
    "ReponseForm",
    "RessourceForm",
    "ResultatEditForm",
    "ResultatForm",
    "ScenarioBudgetAddForm",
    "ScenarioBudgetForm",
    "ValidationPorteurForm",
    "ValorisationForm",
]
