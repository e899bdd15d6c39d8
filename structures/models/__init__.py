"""What is known of a structure: its sheet in the directory, its diagnostics and their needs, its plans."""

from structures.models.structure import Structure, StructureQuerySet

__all__ = ["Structure", "StructureQuerySet"]
