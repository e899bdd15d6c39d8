"""What « Engager » writes: partners, objectives, validations, budget."""

from engagement.models.budget import Budget, LigneCharge, LigneRessource, ValorisationTemps
from engagement.models.objectifs import Objectif, ObjectifsProjet, ResultatAttendu
from engagement.models.partenaires import PartenaireProjet
from engagement.models.reponses import ReponsePartenaire
from engagement.models.validation import AvisComite, ValidationPorteur

__all__ = [
    "AvisComite",
    "Budget",
    "LigneCharge",
    "LigneRessource",
    "Objectif",
    "ObjectifsProjet",
    "PartenaireProjet",
    "ReponsePartenaire",
    "ResultatAttendu",
    "ValidationPorteur",
    "ValorisationTemps",
]
