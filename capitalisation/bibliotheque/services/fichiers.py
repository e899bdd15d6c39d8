"""Files that the application has already, taken into the library: copied, so that the original does not matter."""

from __future__ import annotations

from collections.abc import Iterable

from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage

from core.errors import InvalidInput
from core.models import Attachment


def copies(pieces: Iterable[Attachment]) -> list[File]:
    """The content of these files under their names, to be attached. Raises ``InvalidInput`` when one is lost."""
    found: list[File] = []
    for piece in pieces:
        try:
            with default_storage.open(piece.storage_key) as source:
                found.append(ContentFile(source.read(), name=piece.original_name))
        except FileNotFoundError as error:
            raise InvalidInput(f"« {piece.original_name} » n’est plus lisible : joignez-le vous-même.") from error
    return found
