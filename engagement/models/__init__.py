"""What « Engager » writes: partners, meetings, objectives, validations, budget."""

from engagement.models.action import ActionStructures
from engagement.models.budget import Budget, ConventionCofinancement, ScenarioBudget
from engagement.models.comite import AvisMembre, MembreComite, PointComite, SeanceComite
from engagement.models.lignes import LigneCharge, LigneRessource, ValorisationTemps
from engagement.models.objectifs import Objectif, ObjectifsProjet, ResultatAttendu
from engagement.models.partenaires import PartenaireProjet
from engagement.models.reponses import ReponsePartenaire
from engagement.models.reunions import DecisionReunion, ParticipantReunion, Reunion
from engagement.models.validation import AvisComite, ValidationPorteur
from engagement.models.versions import VersionBudget

__all__ = [
    "ActionStructures",
    "AvisComite",
    "AvisMembre",
    "Budget",
    "ConventionCofinancement",
    "DecisionReunion",
    "LigneCharge",
    "LigneRessource",
    "MembreComite",
    "Objectif",
    "ObjectifsProjet",
    "PartenaireProjet",
    "ParticipantReunion",
    "PointComite",
    "ReponsePartenaire",
    "ResultatAttendu",
    "Reunion",
    "ScenarioBudget",
    "SeanceComite",
    "ValidationPorteur",
    "ValorisationTemps",
    "VersionBudget",
]
