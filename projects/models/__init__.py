"""The cycle of an ingénierie."""

from projects.models.checklist import ChecklistItem
from projects.models.existant import ExamenExistant
from projects.models.gate import Attestation, AvisC2RA, ConditionLevee
from projects.models.identification import Ciblage, Problematique, RoleDLA
from projects.models.ingenierie import Ingenierie, IngenierieScope
from projects.models.ligne_ingenierie import LigneIngenierie
from projects.models.methodologie import Methodologie
from projects.models.mutualisation import Mutualisation, ReponseMutualisation
from projects.models.structure_ciblee import StructureCiblee

__all__ = [
    "Attestation",
    "AvisC2RA",
    "ChecklistItem",
    "Ciblage",
    "ConditionLevee",
    "ExamenExistant",
    "Ingenierie",
    "IngenierieScope",
    "LigneIngenierie",
    "Methodologie",
    "Mutualisation",
    "Problematique",
    "ReponseMutualisation",
    "RoleDLA",
    "StructureCiblee",
]
