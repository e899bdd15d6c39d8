"""The files of a resource: those the application has already are copied; that one came or went is said."""

from __future__ import annotations

from collections.abc import Iterable

from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage

from capitalisation.bibliotheque.enums import AVEC_FICHIERS
from capitalisation.bibliotheque.models import Ressource, files_of
from core import clock
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


def changed(pk: int) -> None:
    """A file of the resource came or went: it is dated again. Raises ``InvalidInput`` when what is published has none
    any more."""
    ressource = Ressource.objects.get(pk=pk)
    if ressource.est_publiee and ressource.support in AVEC_FICHIERS and not files_of(ressource).exists():
        raise InvalidInput("Elle est publiée : joignez d’abord le nouveau fichier, puis retirez l’ancien.")
    Ressource.objects.filter(pk=pk).update(modifiee_le=clock.now())
