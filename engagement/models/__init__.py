"""What « Engager » writes: partners, objectives, validations, budget."""

from engagement.models.action import ActionStructures
from engagement.models.budget import Budget, LigneCharge, LigneRessource, ValorisationTemps
from engagement.models.comite import AvisMembre, MembreComite, PointComite, SeanceComite
from engagement.models.objectifs import Objectif, ObjectifsProjet, ResultatAttendu
from engagement.models.partenaires import PartenaireProjet
from engagement.models.reponses import ReponsePartenaire
from engagement.models.validation import AvisComite, ValidationPorteur

__all__ = [
    "ActionStructures",
    "AvisComite",
    "AvisMembre",
    "Budget",
    "LigneCharge",
    "LigneRessource",
    "MembreComite",
    "Objectif",
    "ObjectifsProjet",
    "PartenaireProjet",
    "PointComite",
    "ReponsePartenaire",
    "ResultatAttendu",
    "SeanceComite",
    "ValidationPorteur",
    "ValorisationTemps",
]
