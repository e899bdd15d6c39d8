"""The pictures of a récit as they are read and printed; which files stay because a version shows them."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.core.files.storage import default_storage
from django.urls import reverse

from capitalisation.recits.lecture import Lecture, lecture_de, lecture_du_jour, montrees
from capitalisation.recits.models import ImageRecit, Recit, VersionRecit
from capitalisation.recits.noms import Accords, lire, noms_de
from core.documents.parts import data_uri
from core.models import Attachment

#: Type of object under which their files are attached, and their category.
OBJET, CATEGORIE = "capitalisation.recit", "image"


def images_de(source: VersionRecit | Recit | Lecture) -> list[dict[str, Any]]:
    """The pictures to print, in their order, names in them as they may be read now.

    Each is ``{"image", "piece" (pk), "rang", "alt", "legende", "credit", "texte", "mime", "octets", "uri"}``: ``alt``
    is for who does not see it (tagged in a PDF, ``descr`` in a DOCX), ``texte`` is the caption and the credit on one
    line ("" without), ``octets`` the file, ``uri`` the same as a ``data:`` address. A version freezes ``image``,
    ``piece``, ``alt``, ``legende`` and ``credit``; their order is their ``rang``. One query, and one file read each; a
    picture whose file was erased is left out.
    """
    if isinstance(source, VersionRecit):
        source = lecture_de(source)
    elif isinstance(source, Recit):
        source = lecture_du_jour(source)
    rows = list(source.images)
    files = Attachment.objects.filter(purged_at=None).in_bulk([row["piece"] for row in rows]) if rows else {}
    found = []
    for rang, row in enumerate(rows):
        file = files.get(row["piece"])
        if file is None or (octets := _read(file.storage_key)) is None:
            continue
        found.append(
            {
                **{name: row[name] for name in ("image", "piece", "alt", "legende", "credit")},
                "rang": rang,
                "texte": " ".join(filter(None, (row["legende"], credit_of(row["credit"])))),
                "mime": file.mime,
                "octets": octets,
                "uri": data_uri(octets, file.mime),
            }
        )
    return found


def credit_of(credit: str) -> str:
    """« (Crédit : Agence du Port) », or ""."""
    return f"(Crédit : {credit})" if credit else ""


def _read(key: str) -> bytes | None:
    try:
        with default_storage.open(key) as file:
            return file.read()
    except FileNotFoundError:
        return None


def image_of(version: VersionRecit, image: int) -> Attachment | None:
    """The file of one picture of a version, kept although it may have left the récit since."""
    piece = next((row["piece"] for row in version.data["images"] if row["image"] == image), None)
    return Attachment.objects.filter(pk=piece, purged_at=None).first() if piece is not None else None


def restees(recit: Recit) -> list[dict[str, Any]]:
    """The pictures that left the récit and that versions of it still show, as the newest of these says them."""
    here = set(ImageRecit.objects.filter(recit=recit).values_list("pk", flat=True))
    found: dict[int, dict[str, Any]] = {}
    for version in VersionRecit.objects.filter(recit=recit).order_by("numero"):
        for row in version.data["images"]:
            if row["image"] not in here:
                url = reverse("bibliotheque:recit_image", args=[version.pk, row["image"]])
                found[row["image"]] = {**row, "numero": version.numero, "url": url}
    if not found:
        return []
    names = Accords(noms_de(recit.ingenierie).accords.tous)
    return [
        {**row, "alt": lire(row["alt"], names), "legende": lire(row["legende"], names)}
        for row in montrees(list(found.values()))
    ]


def shown(ids: Collection[int]) -> set[int]:
    """Those of the attachments ``ids`` that a récit or one of its versions shows."""
    ours = Attachment.objects.filter(pk__in=ids, object_type=OBJET)
    recits = set(ours.order_by().values_list("object_id", flat=True))
    if not recits:
        return set()
    found = set(ImageRecit.objects.filter(piece__in=ids).values_list("piece_id", flat=True))
    for version in VersionRecit.objects.filter(recit__in=recits).iterator():
        found |= {row["piece"] for row in version.data["images"]}
    return found & set(ids)
