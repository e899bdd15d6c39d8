"""Refuse a request that is far too heavy before reading it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler

#: A form may carry several files, and one a little too heavy deserves its own message.
FILES_IN_A_FORM = 4


class HeavyRequestHandler(FileUploadHandler):
    """First of the upload handlers: looks at the announced length only, then lets the others work.

    Without it, anybody could have gigabytes written to the temporary folder before the form is looked at. The length
    is always announced: Django reads no body without it.
    """

    def handle_raw_input(
        self, input_data: Any, META: dict, content_length: int, boundary: bytes, encoding: str | None = None
    ) -> None:
        """Raise ``RequestDataTooBig`` (413) beyond four times ``settings.UPLOAD_MAX_BYTES``."""
        if content_length > FILES_IN_A_FORM * settings.UPLOAD_MAX_BYTES:
            raise RequestDataTooBig(f"requête de {content_length} octets")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None
