"""The form that takes the file of an import."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings

from core.formats import format_number
from core.forms import BaseForm
from core.imports.reading import MAX_LINES
from core.uploads import UploadField


class ImportFileField(UploadField):
    """An XLSX or a CSV."""

    def __init__(self, **kwargs: Any):
        size = settings.UPLOAD_MAX_BYTES // 1_000_000
        kwargs.setdefault("label", "Fichier à importer")
        kwargs.setdefault(
            "help_text", f"Classeur XLSX ou fichier CSV ; {size} Mo et {format_number(MAX_LINES)} lignes au plus."
        )
        super().__init__(**kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, str]:
        return {**super().widget_attrs(widget), "accept": ".xlsx,.csv"}


class ImportForm(BaseForm):
    """The file."""

    fichier = ImportFileField()
