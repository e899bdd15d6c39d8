"""Files of the application, in the storage: random names, sent by an authorised view only."""

from __future__ import annotations

import base64
import re
import unicodedata
import uuid

import structlog
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag

log = structlog.get_logger(__name__)

UPLOADS = "uploads"
DOCUMENTS = "documents"
IMPORTS = "imports"
_SPACES = re.compile(r"\s+")
NAME_CHARACTERS = 150


def save_file(folder: str, content: File) -> str:
    """Keep ``content`` under a random name of ``folder`` and return its storage key (``uploads/ab/…``).

    What could be written only in part (a full disk) is taken away again, and the ``OSError`` goes on.
    """
    name = uuid.uuid4().hex
    key = f"{folder}/{name[:2]}/{name}"
    try:
        return default_storage.save(key, content)
    except OSError:
        delete_file(key)
        raise


def delete_file(key: str) -> None:
    """Remove the file from the storage; nothing happens if it is not there any more."""
    default_storage.delete(key)


def clean_name(name: str, *, fallback: str = "document") -> str:
    """Return a file name that is safe in a header, on a disk and to the eye.

    No folder, no control nor invisible character (which can disguise an extension), no quote nor reserved sign, no
    leading dot; at most 150 characters, the extension kept.
    """
    name = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    name = "".join(" " if c in '"<>:|?*' or unicodedata.category(c)[0] in "CZ" else c for c in name)
    name = _SPACES.sub(" ", name).strip(" .")
    stem, dot, extension = name.rpartition(".")
    if not dot:
        stem, extension = name, ""
    stem = stem.strip(" .") or fallback
    if len(extension) > 10:
        stem, extension = f"{stem}.{extension}", ""
    stem = stem[: NAME_CHARACTERS - len(extension) - 1].rstrip(" .")
    return f"{stem}.{extension}" if extension else stem


def file_response(
    request: HttpRequest, *, key: str, name: str, mime: str, sha256: str, inline: bool = False
) -> HttpResponseBase:
    """Send the file at ``key`` under ``name``. The caller has checked that the actor may read it.

    As an attachment unless ``inline``; never guessed at by the browser, never kept by a shared cache; its SHA-256 is
    in ``ETag`` and ``Repr-Digest`` (RFC 9530). Raises ``Http404`` when the storage lost the file.
    """
    etag = quote_etag(sha256)
    response = get_conditional_response(request, etag)
    if response is None:
        try:
            content = default_storage.open(key)
        except FileNotFoundError:
            log.error("file_missing", key=key)
            raise Http404 from None
        response = FileResponse(content, as_attachment=not inline, filename=name, content_type=mime)
        digest = base64.b64encode(bytes.fromhex(sha256)).decode("ascii")
        response["Repr-Digest"] = f"sha-256=:{digest}:"
    response["ETag"] = etag
    response["Cache-Control"] = "private, no-cache"
    response["X-Content-Type-Options"] = "nosniff"
    return response
