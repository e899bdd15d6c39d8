"""Where a document may take files from: our own static files, and data in memory. Never the network nor the disk."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage

#: Stands for the site in the addresses of a document; no machine can have this name (RFC 2606).
BASE_URL = "http://document.invalid/"


def read_static(name: str) -> bytes:
    """Return the content of the static file ``name`` (``print/print.css``).

    Raises ``FileNotFoundError``, and ``SuspiciousFileOperation`` for a name that leaves the static folders.
    """
    found = finders.find(name)
    if found:
        return Path(found).read_bytes()
    with staticfiles_storage.open(name) as file:
        return file.read()


def static_url(name: str) -> str:
    """Return the address by which a document names the static file ``name``."""
    return urljoin(urljoin(BASE_URL, settings.STATIC_URL), name)


def static_name(url: str) -> str:
    """Return the name of the static file at ``url``. Raises ``ValueError`` for any other address."""
    root = urljoin(BASE_URL, settings.STATIC_URL)
    if not url.startswith(root):
        raise ValueError(f"adresse refusée dans un document : {url[:200]}")
    return unquote(urlsplit(url).path)[len(urlsplit(root).path) :]
