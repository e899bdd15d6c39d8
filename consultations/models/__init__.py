"""Consultations: the cahier des charges and its diffused versions, the prestataires consulted and chosen."""

from consultations.models.cahier import CahierDesCharges, CompteurReference
from consultations.models.choix import ChoixPrestataire
from consultations.models.consulte import AU_MOINS, AU_PLUS, PrestataireConsulte
from consultations.models.inscription import Inscription
from consultations.models.version import VersionDiffusee

__all__ = [
    "AU_MOINS",
    "AU_PLUS",
    "CahierDesCharges",
    "ChoixPrestataire",
    "CompteurReference",
    "Inscription",
    "PrestataireConsulte",
    "VersionDiffusee",
]
