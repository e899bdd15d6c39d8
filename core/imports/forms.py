"""The form that takes the file of an import."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from core.formats import format_number
from core.forms import BaseForm
from core.imports.reading import MAX_LINES
from core.uploads import UploadField
from core.uploads.checks import IMPORTABLE


class ImportFileField(UploadField):
    """A workbook or a CSV."""

    kinds = IMPORTABLE

    def __init__(self, **kwargs: Any):
        size = settings.UPLOAD_MAX_BYTES // 1_000_000
        kwargs.setdefault("label", "Fichier à importer")
        kwargs.setdefault(
            "help_text",
            f"Classeur XLSX, ODS ou XLS, ou fichier CSV ; {size} Mo et {format_number(MAX_LINES)} lignes au plus.",
        )
        super().__init__(**kwargs)


class ImportForm(BaseForm):
    """The file."""

    fichier = ImportFileField()
