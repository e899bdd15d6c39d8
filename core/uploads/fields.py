"""The field of forms that take a file."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError

from core.errors import InvalidInput
from core.uploads.checks import ACCEPTED_WORDS, ALLOWED, check_upload


class UploadField(forms.FileField):
    """A file of a type we take, checked by its content. The cleaned value is given to ``core.uploads.attach``."""

    widget = forms.FileInput
    kinds = ALLOWED
    default_error_messages = {
        "required": "Choisissez un fichier.",
        "missing": "Le fichier n’est pas arrivé : choisissez-le de nouveau.",
        "empty": "Ce fichier est vide.",
    }

    def __init__(self, **kwargs: Any):
        size = settings.UPLOAD_MAX_BYTES // 1_000_000
        kwargs.setdefault("label", "Fichier")
        kwargs.setdefault("help_text", f"{ACCEPTED_WORDS} ; {size} Mo au plus.")
        super().__init__(**kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, str]:
        return {**super().widget_attrs(widget), "accept": ",".join(f".{extension}" for extension in self.kinds)}

    def clean(self, data: Any, initial: Any = None) -> Any:
        file = super().clean(data, initial)
        if file and file is not initial:
            try:
                check_upload(file, self.kinds)
            except InvalidInput as error:
                raise ValidationError(error.message, code="content") from None
        return file
