"""The pictures of a reading, read from the storage to be printed."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.files.storage import default_storage

from capitalisation.recits.lecture import Lecture
from core.documents import Picture, data_uri
from core.models import Attachment

#: What a printed document holds.
MIMES = ("image/png", "image/jpeg")
#: A fiche holds on one page.
FICHE_MAX, AUTRES_MAX = 1, 6


@dataclass(frozen=True, slots=True)
class Figure:
    """One picture, what is read aloud in its place, what is printed below."""

    content: bytes
    mime: str
    alt: str
    texte: str = ""

    @property
    def uri(self) -> str:
        return data_uri(self.content, self.mime)

    @property
    def picture(self) -> Picture:
        return Picture(self.content, self.alt)


def figures(lecture: Lecture) -> list[Figure]:
    """Those that are still there, in their order; as many as the genre holds."""
    wanted = list(lecture.images)[: FICHE_MAX if lecture.est_fiche else AUTRES_MAX]
    files = Attachment.objects.present().filter(mime__in=MIMES).in_bulk([image["piece"] for image in wanted])
    found = []
    for image in wanted:
        piece = files.get(image["piece"])
        if piece is None or not default_storage.exists(piece.storage_key):
            continue
        with default_storage.open(piece.storage_key) as source:
            content = source.read()
        texte = " ".join(filter(None, (image["legende"], image["credit"] and f"({image['credit']})")))
        found.append(Figure(content, piece.mime, image["alt"], texte))
    return found
