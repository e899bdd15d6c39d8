"""Small files of each type, true and false, for the tests of uploads."""

from __future__ import annotations

import io
import zipfile

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

OOXML = "application/vnd.openxmlformats-officedocument."
ODF = "application/vnd.oasis.opendocument."
EXE = b"MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff\x00\x00" + b"\x00" * 200


def small_pdf(catalog: bytes = b"", *objects: bytes) -> bytes:
    """A PDF of one empty page: ``catalog`` goes into its catalogue, ``objects`` after it (numbers 4 and on)."""
    bodies = [
        b"<</Type/Catalog/Pages 2 0 R" + catalog + b">>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>",
        *objects,
    ]
    out, places = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", []
    for number, body in enumerate(bodies, 1):
        places.append(b"%010d 00000 n \n" % len(out))
        out += b"%d 0 obj%s endobj\n" % (number, body)
    end = b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(bodies) + 1, b"".join(places))
    return out + end + b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(bodies) + 1, len(out))


PDF = small_pdf()


def image(kind: str = "PNG", size: tuple[int, int] = (4, 3)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "#777").save(out, kind)
    return out.getvalue()


def archive(parts: dict[str, bytes | str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
        for name, content in parts.items():
            z.writestr(name, content)
    return out.getvalue()


def ooxml(main: str = "wordprocessingml.document", **more: bytes | str) -> bytes:
    types = f'<Types><Override PartName="/x.xml" ContentType="{OOXML}{main}.main+xml"/></Types>'
    return archive({"[Content_Types].xml": types, "_rels/.rels": "<Relationships/>", "x.xml": "<x/>", **more})


def odf(kind: str = "text", **more: bytes | str) -> bytes:
    return archive({"mimetype": ODF + kind, "content.xml": "<x/>", **more})


def uploaded(name: str, content: bytes | str = PDF, mime: str = "application/octet-stream") -> SimpleUploadedFile:
    """A file as the browser sends it; the type it announces is never believed."""
    content = content.encode() if isinstance(content, str) else content
    file = SimpleUploadedFile("x", content, mime)
    file._name = name  # as sent: Django's setter would clean it
    return file


GOOD: dict[str, bytes] = {
    "note.pdf": PDF,
    "photo.png": image("PNG"),
    "photo.jpg": image("JPEG"),
    "photo.JPEG": image("JPEG"),
    "texte.docx": ooxml(),
    "tableau.xlsx": ooxml("spreadsheetml.sheet"),
    "exposé.pptx": ooxml("presentationml.presentation"),
    "texte.odt": odf("text"),
    "tableau.ods": odf("spreadsheet"),
    "exposé.odp": odf("presentation"),
    "liste.csv": "nom;ville\nLa Fabrique;Tours\n".encode("cp1252"),
    "liste-utf16.csv": "nom;ville\n".encode("utf-16"),
    "note.txt": "﻿Bonjour à tous.\n".encode(),
}
