"""Consultations: the cahier des charges and its diffused versions."""

from consultations.models.cahier import CahierDesCharges, CompteurReference
from consultations.models.version import VersionDiffusee

__all__ = ["CahierDesCharges", "CompteurReference", "VersionDiffusee"]
