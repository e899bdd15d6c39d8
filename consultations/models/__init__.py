"""Consultations: the cahier des charges and its diffused versions, the prestataire chosen."""

from consultations.models.cahier import CahierDesCharges, CompteurReference
from consultations.models.choix import ChoixPrestataire
from consultations.models.version import VersionDiffusee

__all__ = ["CahierDesCharges", "ChoixPrestataire", "CompteurReference", "VersionDiffusee"]
