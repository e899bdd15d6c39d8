"""Is the file what it says, and something we take? Decided by its content; its name only has to agree."""

from __future__ import annotations

import hashlib
import re
import warnings
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO

import puremagic
from django.conf import settings
from django.core.files.base import File

from core.errors import InvalidInput
from core.files import clean_name
from core.formats import NBSP, format_number
from core.uploads.parsing import NotThat, refused_in_words

HEAD_BYTES = 4096
IMAGE_PIXELS = 60_000_000
ZIP_ENTRIES = 5_000
ZIP_UNPACKED_BYTES = 200_000_000
ZIP_RATIO = 200  # office files reach 30; a bomb begins at 1 000
ZIP_PART_BYTES = 2_000_000
ZIP_TEXT_BYTES = 30_000_000
PDF_DEPTH = 20


_DAMAGED = "Ce fichier est abîmé : il ne s’ouvre pas. Enregistrez-le de nouveau, puis joignez-le."


@dataclass(frozen=True, slots=True)
class FileKind:
    """A type of file we take: how people call it, its MIME type, and the check of its content."""

    label: str
    mime: str
    check: Callable[[BinaryIO, bytes], None]


@dataclass(frozen=True, slots=True)
class CheckedUpload:
    """A file that passed: clean name, MIME type (from its content), size in bytes, SHA-256 in hexadecimal."""

    name: str
    mime: str
    size: int
    sha256: str


# --- Checks by type -------------------------------------------------------------------------------------------------


_ACTIVE = (
    "Ce fichier contient {what} : cela pourrait agir sur l’ordinateur de qui l’ouvre. "
    "Enregistrez-le sans cela, puis joignez-le de nouveau."
)
#: What a PDF may do by itself when it is opened or clicked (ISO 32000-1, 12.6.4).
_PDF_ACTIONS = {"/JavaScript": "du code JavaScript", "/Launch": "une commande qui lance un programme"}


def _pdf(file: BinaryIO, head: bytes) -> None:
    import pikepdf  # heavy, and only for who attaches a PDF

    if not head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"%PDF-"):
        raise NotThat
    with refused_in_words(_DAMAGED):
        try:
            with pikepdf.open(file) as pdf:
                dictionaries = (row for row in pdf.objects if isinstance(row, (pikepdf.Dictionary, pikepdf.Stream)))
                found = {str(kind) for kept in dictionaries for kind in _pdf_actions(kept)}
        except pikepdf.PasswordError:
            raise InvalidInput("Ce PDF est protégé par un mot de passe : joignez-le sans protection.") from None
    for kind, what in _PDF_ACTIONS.items():
        if kind in found:
            raise InvalidInput(_ACTIVE.format(what=what))


def _pdf_actions(kept: Any, depth: int = 0) -> Iterator[str]:
    """The kinds of actions that an object holds: its own, and those of what is written inside it."""
    if kept.get("/S") in _PDF_ACTIONS:
        yield str(kept["/S"])
    elif "/JS" in kept:
        yield "/JavaScript"
    import pikepdf

    for _, value in kept.items() if depth < PDF_DEPTH else ():
        for inside in value if isinstance(value, pikepdf.Array) else (value,):
            if not getattr(inside, "is_indirect", False) and isinstance(inside, pikepdf.Dictionary):
                yield from _pdf_actions(inside, depth + 1)


_DAMAGED_IMAGE = "Cette image est abîmée : elle ne s’ouvre pas. Enregistrez-la de nouveau, puis joignez-la."
_LARGE_IMAGE = "Cette image est trop grande : réduisez-la à 60 millions de pixels au plus."
_SIGNATURES = {"PNG": b"\x89PNG\r\n\x1a\n", "JPEG": b"\xff\xd8\xff"}


def _image(expected: str) -> Callable[[BinaryIO, bytes], None]:
    def check(file: BinaryIO, head: bytes) -> None:
        from PIL import Image

        if not head.startswith(_SIGNATURES[expected]):
            raise NotThat
        with refused_in_words(_DAMAGED_IMAGE):
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("error", Image.DecompressionBombWarning)
                    with Image.open(file, formats=[expected]) as image:
                        pixels = image.width * image.height
                        image.verify()
            except (Image.DecompressionBombError, Image.DecompressionBombWarning):
                raise InvalidInput(_LARGE_IMAGE) from None
        if pixels > IMAGE_PIXELS:
            raise InvalidInput(_LARGE_IMAGE)

    return check


def _open_zip(file: BinaryIO, head: bytes) -> zipfile.ZipFile:
    if not head.startswith(b"PK\x03\x04"):
        raise NotThat
    with refused_in_words(_DAMAGED):
        archive = zipfile.ZipFile(file)
    entries = archive.infolist()
    packed = max(1, sum(entry.compress_size for entry in entries))
    unpacked = sum(entry.file_size for entry in entries)
    if len(entries) > ZIP_ENTRIES or unpacked > ZIP_UNPACKED_BYTES or unpacked / packed > ZIP_RATIO:
        raise InvalidInput(
            "Ce fichier refuse d’être ouvert sans danger : son contenu déplié est démesuré. "
            "Enregistrez-le de nouveau, avec des images plus légères."
        )
    for entry in entries:
        parts = entry.filename.replace("\\", "/").split("/")
        if entry.filename.startswith(("/", "\\")) or ".." in parts or ":" in parts[0]:
            raise NotThat
        if entry.flag_bits & 0x1:
            raise InvalidInput("Ce fichier est protégé par un mot de passe : joignez-le sans protection.")
    return archive


def _part(archive: zipfile.ZipFile, name: str, most: int = ZIP_PART_BYTES) -> bytes:
    """The beginning of one part of the archive; never more than what a real one weighs."""
    if name not in archive.NameToInfo:
        raise NotThat
    with refused_in_words(_DAMAGED), archive.open(name) as part:
        return part.read(most)


_MACROS = (
    "Ce document contient des macros : elles pourraient agir sur l’ordinateur de qui l’ouvre. "
    "Enregistrez-le sans macros, puis joignez-le de nouveau."
)


#: In an Office document: what is looked for, in which parts, and how it is called.
_OOXML_ACTIVE = (
    (
        re.compile(rb"<Relationship\b(?=[^>]*attachedTemplate)(?=[^>]*TargetMode\s*=\s*[\"']External)", re.IGNORECASE),
        re.compile(r"\.rels$"),
        "un modèle à chercher ailleurs",
    ),
    (re.compile(rb"<(?:\w+:)?ddeLink\b"), re.compile(r"externallinks/[^/]+\.xml$"), "un lien DDE"),
    (
        re.compile(rb"<w:(?:instrText|fldSimple)\b[^>]*?(?:>|w:instr=[\"'])\s*DDE(?:AUTO)?\s"),
        re.compile(r"^word/[^/]+\.xml$"),
        "un lien DDE",
    ),
)


def _ooxml(main: str) -> Callable[[BinaryIO, bytes], None]:
    """Office Open XML: the archive says what its main part is in ``[Content_Types].xml``."""

    def check(file: BinaryIO, head: bytes) -> None:
        with _open_zip(file, head) as archive:
            types = _part(archive, "[Content_Types].xml")
            names = [name.lower() for name in archive.namelist()]
            if b"macroEnabled" in types or any(name.endswith(("vbaproject.bin", ".exe", ".dll")) for name in names):
                raise InvalidInput(_MACROS)
            if f"{main}.main+xml".encode() not in types or not any(n.endswith(".rels") for n in names):
                raise NotThat
            if any("/activex/" in name or ("/embeddings/" in name and name.endswith(".bin")) for name in names):
                raise InvalidInput(_ACTIVE.format(what="un objet d’un autre programme"))
            for name in archive.namelist():
                for pattern, parts, what in _OOXML_ACTIVE:
                    if parts.search(name.lower()) and pattern.search(_part(archive, name, ZIP_TEXT_BYTES)):
                        raise InvalidInput(_ACTIVE.format(what=what))

    return check


def _odf(mime: str) -> Callable[[BinaryIO, bytes], None]:
    """OpenDocument: the archive says what it is in ``mimetype``."""

    def check(file: BinaryIO, head: bytes) -> None:
        with _open_zip(file, head) as archive:
            if _part(archive, "mimetype").strip() != mime.encode() or "content.xml" not in archive.namelist():
                raise NotThat
            if any(name.startswith(("Basic/", "Scripts/")) for name in archive.namelist()):
                raise InvalidInput(_MACROS)

    return check


_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1f\x7f]")
_MARKUP = re.compile(
    rb"^\s*(?:<\s*(?:!doctype|html|head|body|svg|script|\?xml|\?php|iframe|img|!--)|#!|%PDF-|MZ|PK\x03\x04)",
    re.IGNORECASE,
)


def _text(file: BinaryIO, head: bytes) -> None:
    """A text: readable in one of the encodings our tools write, without the bytes only programs have."""
    file.seek(0)
    content = file.read()
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            content = content.decode("utf-16").encode("utf-8")
        except UnicodeDecodeError:
            raise NotThat from None
    content = content.removeprefix(b"\xef\xbb\xbf")
    if _MARKUP.match(content) or _CONTROLS.search(content):
        raise NotThat


def _xls(file: BinaryIO, head: bytes) -> None:
    """A workbook of before 2007: only that it is one of these files; what it holds is for who reads it."""
    if not head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        raise NotThat


_OOXML = "application/vnd.openxmlformats-officedocument."
_ODF = "application/vnd.oasis.opendocument."
_JPEG = FileKind("image JPEG", "image/jpeg", _image("JPEG"))

#: By extension: what we take.
ALLOWED: dict[str, FileKind] = {
    "pdf": FileKind("PDF", "application/pdf", _pdf),
    "png": FileKind("image PNG", "image/png", _image("PNG")),
    "jpg": _JPEG,
    "jpeg": _JPEG,
    **{
        extension: FileKind(label, _OOXML + main, _ooxml(main))
        for extension, label, main in (
            ("docx", "document Word", "wordprocessingml.document"),
            ("xlsx", "classeur Excel", "spreadsheetml.sheet"),
            ("pptx", "présentation PowerPoint", "presentationml.presentation"),
        )
    },
    **{
        extension: FileKind(label, _ODF + kind, _odf(_ODF + kind))
        for extension, label, kind in (
            ("odt", "texte LibreOffice", "text"),
            ("ods", "classeur LibreOffice", "spreadsheet"),
            ("odp", "présentation LibreOffice", "presentation"),
        )
    },
    "csv": FileKind("tableau CSV", "text/csv", _text),
    "txt": FileKind("texte", "text/plain", _text),
}
#: What is read then thrown away, an import: a workbook of before 2007 too, which nobody will be given to open.
IMPORTABLE: dict[str, FileKind] = {
    **{extension: ALLOWED[extension] for extension in ("xlsx", "ods", "csv")},
    "xls": FileKind("ancien classeur Excel", "application/vnd.ms-excel", _xls),
}
ACCEPTED_WORDS = "PDF, images PNG et JPEG, Word, Excel, PowerPoint, LibreOffice, CSV et texte"


# --- Saying what it is ----------------------------------------------------------------------------------------------

#: Extensions that puremagic may find, in the order of what matters to say, and the words for them.
_WORDS: tuple[tuple[str, str], ...] = (
    ("exe", "celui d’un programme (.exe)"),
    ("elf", "celui d’un programme"),
    ("svg", "celui d’un dessin SVG, qui peut contenir du code"),
    ("html", "celui d’une page web, qui peut contenir du code"),
    ("php", "celui d’un programme"),
    ("pdf", "celui d’un PDF"),
    ("png", "celui d’une image PNG"),
    ("jpg", "celui d’une image JPEG"),
    ("gif", "celui d’une image GIF"),
    ("webp", "celui d’une image WebP"),
    ("rtf", "celui d’un texte RTF"),
    ("doc", "celui d’un ancien document Office (.doc, .xls ou .ppt)"),
    ("rar", "celui d’une archive (.rar)"),
    ("7z", "celui d’une archive (.7z)"),
    ("docx", "celui d’une archive ou d’un autre document Office"),
    ("zip", "celui d’une archive (.zip)"),
    ("xml", "du XML"),
)


def _what_is(head: bytes) -> str:
    """Words for the content that begins with ``head``, after « son contenu est »."""
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:200].lower()
    if head.startswith((b"\x7fELF", b"#!")) or start.startswith(b"<?php"):
        found = {"elf"}
    elif start.startswith((b"<svg", b"<?xml")) and b"<svg" in head.lower():
        found = {"svg"}
    elif start.startswith((b"<!doctype html", b"<html", b"<script", b"<body", b"<img", b"<iframe")):
        found = {"html"}
    elif head.startswith(b"PK\x03\x04"):
        found = {"docx" if b"[Content_Types].xml" in head or b"mimetype" in head else "zip"}
    else:
        try:
            with refused_in_words(""):
                found = {match.extension.lstrip(".").lower() for match in puremagic.magic_string(head)}
        except InvalidInput:  # it finds nothing
            found = set()
    return next((words for extension, words in _WORDS if extension in found), "d’une autre nature")


def readable_size(size: int) -> str:
    """« 340 ko », « 1,2 Mo »: ``size`` in bytes, thousands as people count them."""
    if size < 1_000_000:
        return f"{format_number(max(1, round(size / 1000)))}{NBSP}ko"
    return f"{format_number(round(size / 100_000) / 10, decimals=1)}{NBSP}Mo".replace(",0", "")


def check_upload(file: File, kinds: Mapping[str, FileKind] = ALLOWED) -> CheckedUpload:
    """Return what ``file`` is if it is of a type we take (one of ``kinds``), of a size we take, and what its name says.

    Reads it whole and leaves it at its beginning. Raises ``InvalidInput`` with a sentence to show.
    """
    name = clean_name(file.name or "")
    extension = name.rpartition(".")[2].lower() if "." in name else ""
    kind = kinds.get(extension)
    if kind is None:
        what = f"« .{extension} »" if extension else "sans extension"
        accepted = ACCEPTED_WORDS if kinds is ALLOWED else ", ".join(name.upper() for name in kinds)
        raise InvalidInput(f"Les fichiers {what} ne sont pas acceptés. Types acceptés : {accepted}.")
    size = file.size
    if size > settings.UPLOAD_MAX_BYTES:
        raise InvalidInput(
            f"Ce fichier pèse {readable_size(size)} pour {readable_size(settings.UPLOAD_MAX_BYTES)} au plus. "
            "Réduisez ses images ou coupez-le en plusieurs fichiers."
        )
    if size == 0:
        raise InvalidInput("Ce fichier est vide.")
    try:
        file.seek(0)
        head = file.read(HEAD_BYTES)
        file.seek(0)
        kind.check(file, head)
        digest = hashlib.sha256()
        file.seek(0)
        for chunk in file.chunks():
            digest.update(chunk)
    except NotThat:
        raise InvalidInput(
            f"Ce fichier se dit {kind.label} mais son contenu est {_what_is(head)}. "
            "Vérifiez que c’est le bon fichier ; au besoin, enregistrez-le dans le bon format, puis joignez-le."
        ) from None
    finally:
        file.seek(0)
    return CheckedUpload(name=name, mime=kind.mime, size=size, sha256=digest.hexdigest())
