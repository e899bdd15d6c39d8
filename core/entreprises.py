"""The public directory of companies (« Recherche d'entreprises », api.gouv.fr), asked about one SIRET.

Off until ``ENTREPRISES_URL`` gives its address. Only that host is asked, by the standard library, which follows no
redirect; whatever happens there (absent, slow, wrong, huge) becomes a sentence and never holds a page for more than
:data:`SECONDS`. What comes back is text like any other: shown to a person, who decides.
"""

from __future__ import annotations

import http.client
import json
import re
import socket
import threading
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings

from core.errors import DomainError

#: For the whole exchange, and for a single read.
SECONDS = 4.0
#: The answer about one SIRET is a few thousand bytes.
LARGEST = 500_000
_HIDDEN = "[NON-DIFFUSIBLE]"
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff]+")


class DirectoryError(DomainError):
    """The directory said nothing usable; the sentence says what to do."""

    status = 503
    title = "L’annuaire des entreprises n’a pas répondu"


class UnknownSiret(DirectoryError):
    """The directory answers and does not know the SIRET."""

    status = 404
    title = "SIRET inconnu de l’annuaire des entreprises"


@dataclass(frozen=True, slots=True)
class Entreprise:
    """What the directory says of one establishment; ``""`` or ``None`` for what it does not say.

    ``nature`` is the code of its legal category at INSEE (« 9220 »), ``ape`` « 9499Z », ``departement`` a code (« 37 »,
    « 2A », « 974 »), ``rna`` « W… ». ``closed``: this establishment does not exist any more.
    """

    siret: str
    name: str = ""
    sigle: str = ""
    nature: str = ""
    ape: str = ""
    rna: str = ""
    address: str = ""
    code_postal: str = ""
    commune: str = ""
    departement: str = ""
    year: int | None = None
    closed: bool = False


def is_on() -> bool:
    """Does the installation ask the directory?"""
    return bool(settings.ENTREPRISES_URL)


def look_up(siret: str) -> Entreprise:
    """What the directory says of ``siret`` (14 digits). Raises ``UnknownSiret``, ``DirectoryError``."""
    silent = DirectoryError("L’annuaire des entreprises ne répond pas : remplissez à la main, ou réessayez plus tard.")
    try:
        body = _ask(siret)
    except (OSError, http.client.HTTPException, ValueError, AttributeError) as error:
        raise silent from error
    try:
        return _read(siret, json.loads(body))
    except (ValueError, TypeError, AttributeError, KeyError, RecursionError) as error:
        raise DirectoryError(
            "L’annuaire des entreprises a donné une réponse que l’application ne comprend pas : remplissez à la main."
        ) from error


def _ask(siret: str) -> bytes:
    address = urlsplit(settings.ENTREPRISES_URL)
    kind = http.client.HTTPSConnection if address.scheme == "https" else http.client.HTTPConnection
    connection = kind(address.hostname or "", address.port, timeout=SECONDS)
    timer, cut, answer = None, threading.Event(), None
    try:
        connection.connect()
        # A timeout only bounds one read: an answer that comes byte by byte is cut here.
        timer = threading.Timer(SECONDS, _cut, [connection.sock, cut])
        timer.daemon = True
        timer.start()
        asked = urlencode({"q": siret, "page": 1, "per_page": 1})
        headers = {"Accept": "application/json", "User-Agent": "DLA-Ingenierie", "Connection": "close"}
        connection.request("GET", f"{address.path.rstrip('/')}/search?{asked}", headers=headers)
        answer = connection.getresponse()
        if answer.status != http.client.OK:
            raise http.client.HTTPException(f"status {answer.status}")
        body = answer.read(LARGEST + 1)
        if len(body) > LARGEST or cut.is_set():
            raise http.client.HTTPException("answer too large, or too slow")
        return body
    finally:
        if timer is not None:
            timer.cancel()
        if answer is not None:
            answer.close()
        connection.close()


def _cut(sock: socket.socket | None, cut: threading.Event) -> None:
    cut.set()
    with suppress(OSError, AttributeError):
        sock.shutdown(socket.SHUT_RDWR)


def _read(siret: str, told: Any) -> Entreprise:
    """The establishment of that very SIRET in the answer."""
    for company in told["results"]:
        places = [company.get("siege"), *(company.get("matching_etablissements") or [])]
        place = next((p for p in places if isinstance(p, dict) and p.get("siret") == siret), None)
        if place is not None:
            break
    else:
        raise UnknownSiret(
            "L’annuaire des entreprises ne connaît pas ce SIRET : vérifiez-le, ou remplissez à la main "
            "(les associations sans salarié n’en ont pas toujours)."
        )
    code, commune = _text(place.get("code_postal"), 10), _text(place.get("libelle_commune"), 120)
    address = _text(place.get("adresse"), 300)
    year = _text(place.get("date_creation"), 10)[:4] if place is not company.get("siege") else ""
    year = _text(company.get("date_creation"), 10)[:4] or year
    more = company.get("complements") if isinstance(company.get("complements"), dict) else {}
    return Entreprise(
        siret=siret,
        name=_text(company.get("nom_raison_sociale"), 200) or _text(company.get("nom_complet"), 200),
        sigle=_text(company.get("sigle"), 40),
        nature=_text(company.get("nature_juridique"), 4),
        ape=_text(place.get("activite_principale") or company.get("activite_principale"), 10).replace(".", "").upper(),
        rna=_text(more.get("identifiant_association"), 10).upper(),
        address=address.removesuffix(f"{code} {commune}").strip(" ,") if commune else address,
        code_postal=code,
        commune=commune,
        departement=_departement(_text(place.get("commune"), 5) or code),
        year=int(year) if year.isascii() and year.isdigit() else None,
        closed=place.get("etat_administratif") == "F" or company.get("etat_administratif") == "C",
    )


def _departement(code: str) -> str:
    return code[:3] if code.startswith(("97", "98")) else code[:2]


def _text(value: Any, limit: int) -> str:
    """``value`` on one line, without what does not print; nothing for what is hidden, too long or no text."""
    if not isinstance(value, str) or _HIDDEN in value:
        return ""
    text = " ".join(_CONTROLS.sub(" ", value).split())
    return text if len(text) <= limit else ""
