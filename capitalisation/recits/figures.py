"""The pictures of a reading, read from the storage to be printed."""

from __future__ import annotations

from dataclasses import dataclass, replace

from capitalisation.recits.images import images_de
from capitalisation.recits.lecture import Lecture
from core.documents import Picture, data_uri

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
    wanted = replace(lecture, images=list(lecture.images)[: FICHE_MAX if lecture.est_fiche else AUTRES_MAX])
    return [Figure(one["octets"], one["mime"], one["alt"], one["texte"]) for one in images_de(wanted)]
