"""SIRET and RNA numbers, where this floor's migrations name them: the rules are in :mod:`core.identifiers`."""

from core.identifiers import clean_rna, clean_siret, format_siret, validate_rna, validate_siret

__all__ = ["clean_rna", "clean_siret", "format_siret", "validate_rna", "validate_siret"]
