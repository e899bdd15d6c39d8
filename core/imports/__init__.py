"""Importing spreadsheets: what a floor declares to have its objects read from XLSX and CSV.

A floor writes one :class:`ImportKind` and registers it from ``AppConfig.ready()``; the pages, the template to download,
the reading of files, the preview line by line, the background jobs and the file of errors are all here. ::

    class PartenaireImport(ImportKind):
        code, label, noun = "partenaires", "Partenaires", "partenaire"
        …

    IMPORTS.register("partenaires", PartenaireImport())
"""

from core.imports.cells import choice_cell, padded_digits, phone_cell, several_cells, year_cell
from core.imports.kinds import IMPORTS, Choice, Column, ImportKind, Note

__all__ = [
    "IMPORTS",
    "Choice",
    "Column",
    "ImportKind",
    "Note",
    "choice_cell",
    "padded_digits",
    "phone_cell",
    "several_cells",
    "year_cell",
]
