"""What « Engager » writes: partners, meetings, objectives, validations, budget."""

from engagement.models.budget import Budget, LigneCharge, LigneRessource, ValorisationTemps
from engagement.models.objectifs import Objectif, ObjectifsProjet, ResultatAttendu
from engagement.models.partenaires import PartenaireProjet
from engagement.models.reunions import DecisionReunion, ParticipantReunion, Reunion
from engagement.models.validation import AvisComite, ValidationPorteur

__all__ = [
    "AvisComite",
    "Budget",
    "DecisionReunion",
    "LigneCharge",
    "LigneRessource",
    "Objectif",
    "ObjectifsProjet",
    "PartenaireProjet",
    "ParticipantReunion",
    "ResultatAttendu",
    "Reunion",
    "ValidationPorteur",
    "ValorisationTemps",
]
