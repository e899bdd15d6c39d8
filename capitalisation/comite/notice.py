"""What a member reads of a resource before giving an avis: its notice, and what it is made of."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from capitalisation.bibliotheque import presenters
from capitalisation.bibliotheque.enums import AVEC_FICHIERS
from capitalisation.bibliotheque.models import Ressource, files_of
from capitalisation.recits.images import image_of as recit_image
from capitalisation.recits.lecture import Lecture, derniere, lecture_de
from core.models import Attachment


def recit_of(ressource: Ressource) -> Lecture | None:
    """The récit it is made of, in the version that others read."""
    if ressource.recit_id is None:
        return None
    version = derniere(ressource.recit)
    return lecture_de(version) if version is not None else None


def notice_of(ressource: Ressource) -> dict[str, Any]:
    """Its notice: for ``capitalisation/comite/notice.html``."""
    return {
        "ressource": ressource,
        "facts": presenters.facts(ressource),
        "confiance": presenters.confiance(ressource),
    }


def content_of(ressource: Ressource, address: str) -> dict[str, Any]:
    """What it holds, for ``capitalisation/bibliotheque/contenu.html``: files and pictures at ``address``, which lets
    who has no account read them (``?piece=``, ``?image=``)."""
    lecture = recit_of(ressource)
    return {
        "with_files": ressource.support in AVEC_FICHIERS,
        "files": [
            {**file, "url": f"{address}?piece={piece.pk}"}
            for file, piece in zip(presenters.files(ressource), files_of(ressource), strict=True)
        ],
        "lecture": replace(lecture, images=_at(lecture, address)) if lecture else None,
        "domaine": presenters.domain(ressource),
        "parties": presenters.questions(ressource),
    }


def _at(lecture: Lecture, address: str) -> list[dict[str, Any]]:
    return [{**image, "url": f"{address}?image={image['image']}"} for image in lecture.images]


def piece_of(ressource: Ressource, wanted: int | None) -> Attachment | None:
    """One of its files, by key."""
    if ressource.support not in AVEC_FICHIERS:
        return None
    return next((piece for piece in files_of(ressource) if piece.pk == wanted), None)


def image_of(ressource: Ressource, wanted: int | None) -> Attachment | None:
    """A picture of the version that others read, by key, although it may have left the récit since."""
    version = derniere(ressource.recit) if ressource.recit_id is not None else None
    return recit_image(version, wanted) if version is not None and wanted is not None else None
