"""SIRET and RNA numbers, where this floor's migrations name them: the rules are in :mod:`core.identifiers`."""

from core.identifiers import validate_rna, validate_siret

__all__ = ["validate_rna", "validate_siret"]
