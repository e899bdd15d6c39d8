"""Does an address of the web that somebody typed still answer? Asked by the worker only, of public addresses only.

Whoever types an address must not make the server speak to its own network. So each step, redirects included:
``http`` on 80 or ``https`` on 443 only, without a user name; every address the name resolves to must be public
(:func:`is_public`), and the connection is made to the address that was looked at, never to the name again. The standard
library is enough: it asks no proxy, keeps no cookie, follows no redirect by itself. What comes back is not read.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from django.conf import settings

#: For one address, redirects included.
SECONDS = 10.0
REDIRECTS = 3
#: Of an answer, no more is read than this (bytes).
LARGEST = 1_024
PORTS = {"http": 80, "https": 443}
_MOVED = frozenset({301, 302, 303, 307, 308})
#: The server is there: it wants to know us, or dislikes robots. Somebody with a browser may well read the page.
_RESERVED = frozenset({401, 403, 407, 429, 451})
#: Prefixes of IPv6 whose addresses are translated to IPv4 ones.
_NAT64 = (ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("64:ff9b:1::/48"))

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True, slots=True)
class Answer:
    """What an address answered: it does (``alive``); it does not, and why (``detail``, a few words of French); or it
    was not asked, because it must not be (``refused``)."""

    alive: bool
    detail: str
    refused: bool = False


class _Refused(Exception):
    """An address that must not be asked."""


class _Silent(Exception):
    """An address that does not answer as it should."""


def is_public(address: Address) -> bool:
    """An address of the Internet: not private, not of this machine, not of the network of the operator (100.64/10),
    not reserved, not multicast; what an IPv6 address wraps is looked at too."""
    if isinstance(address, ipaddress.IPv6Address):
        if any(address in network for network in _NAT64):
            return False
        if address.ipv4_mapped is not None:
            return is_public(address.ipv4_mapped)
        if address.sixtofour is not None or address.teredo is not None or address.is_site_local or address.scope_id:
            return False
    return address.is_global and not (
        address.is_private
        or address.is_loopback
        or address.is_link_local
        or address.is_reserved
        or address.is_multicast
        or address.is_unspecified
    )


#: ``(host, port)`` → the addresses of that name, as ``socket.getaddrinfo`` gives them.
Resolver = Callable[[str, int], list[str]]


def resolve(host: str, port: int) -> list[str]:
    """The addresses of ``host``; the odd ways to write one (decimal, octal, hexadecimal) become what they mean."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(row[4][0]) for row in found))


@dataclass(frozen=True, slots=True)
class Policy:
    """What may be asked. Tests alone use another than the default: they speak to a server of their own."""

    allows: Callable[[Address], bool] = is_public
    resolver: Resolver = resolve
    ports: Callable[[str, int], bool] = lambda scheme, port: port == PORTS[scheme]


DEFAULT = Policy()


def probe(url: str, *, policy: Policy = DEFAULT, seconds: float = SECONDS) -> Answer:
    """Ask ``url`` whether it answers, following three redirects at most; never raises, never takes much longer than
    ``seconds``."""
    until = time.monotonic() + seconds
    try:
        for _ in range(REDIRECTS + 1):
            status, location = _ask(url, policy, until)
            if status not in _MOVED:
                return _told(status)
            if not location:
                return Answer(False, "redirige sans dire où")
            url = urljoin(url, location)
        return Answer(False, "redirige trop de fois")
    except _Refused as error:
        return Answer(False, str(error), refused=True)
    except _Silent as error:
        return Answer(False, str(error))


def _told(status: int) -> Answer:
    if status < 300:
        return Answer(True, "répond")
    if status in _RESERVED:
        return Answer(True, "répond, mais pas à tout le monde")
    if status in (404, 410):
        return Answer(False, f"page introuvable ({status})")
    return Answer(False, f"erreur du site ({status})")


# --- One step -------------------------------------------------------------------------------------------------------


def _ask(url: str, policy: Policy, until: float) -> tuple[int, str]:
    """Status and ``Location`` of one address. ``HEAD`` first; ``GET`` where a server does not know it or says no."""
    parts, host, port = _split(url, policy)
    addresses = _checked(host, port, policy, until)
    status, location = _exchange("HEAD", parts, host, port, addresses, until)
    if status >= 400:
        status, location = _exchange("GET", parts, host, port, addresses, until)
    return status, location


def _split(url: str, policy: Policy) -> tuple[SplitResult, str, int]:
    """The parts of an address that may be asked. Raises ``_Refused``."""
    if any(ord(char) <= 32 or ord(char) == 127 for char in url) or "\\" in url:
        raise _Refused("adresse mal écrite")
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise _Refused("adresse mal écrite") from error
    if parts.scheme not in PORTS:
        raise _Refused("ni http ni https")
    if parts.username is not None or parts.password is not None:
        raise _Refused("adresse avec un nom d’utilisateur")
    port = PORTS[parts.scheme] if port is None else port
    if not policy.ports(parts.scheme, port):
        raise _Refused("port inhabituel")
    try:
        host = host if ":" in host else host.encode("idna").decode("ascii")
    except UnicodeError as error:
        raise _Refused("adresse mal écrite") from error
    if not host:
        raise _Refused("adresse mal écrite")
    return parts, host, port


def _checked(host: str, port: int, policy: Policy, until: float) -> list[str]:
    """The addresses of ``host``, all public. Raises ``_Refused``, ``_Silent``."""
    found: list[list[str] | Exception] = []

    def look() -> None:
        try:
            found.append(policy.resolver(host, port))
        except (OSError, UnicodeError) as error:
            found.append(error)

    # The resolver of the system takes no timeout: it is left behind when it is late.
    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    thread.join(_left(until))
    if not found:
        raise _Silent("n’a pas répondu à temps")
    addresses = found[0]
    if isinstance(addresses, Exception) or not addresses:
        raise _Silent("nom de site inconnu")
    for address in addresses:
        try:
            allowed = policy.allows(ipaddress.ip_address(address))
        except ValueError:
            allowed = False
        if not allowed:
            raise _Refused("adresse qui n’est pas sur l’internet public")
    return addresses


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise _Silent("n’a pas répondu à temps")
    return left


def _connected(addresses: list[str], port: int, until: float) -> socket.socket:
    """A connection to one of the addresses that were looked at: numbers, not a name. Raises ``OSError``."""
    failure: OSError | None = None
    for address in addresses[:3]:
        try:
            return socket.create_connection((address, port), timeout=_left(until))
        except OSError as error:
            failure = error
    raise failure or OSError("no address")


def _exchange(
    method: str, parts: SplitResult, host: str, port: int, addresses: list[str], until: float
) -> tuple[int, str]:
    timer: threading.Timer | None = None
    late = threading.Event()
    connection: http.client.HTTPConnection | None = None
    try:
        connection = http.client.HTTPConnection(host, port)
        connection.sock = _connected(addresses, port, until)
        # A timeout only bounds one read: an answer that comes byte by byte is cut here.
        timer = threading.Timer(_left(until), _cut, [connection, late])
        timer.daemon = True
        timer.start()
        if parts.scheme == "https":
            connection.default_port = http.client.HTTPS_PORT
            connection.sock = ssl.create_default_context().wrap_socket(
                connection.sock, server_hostname=host, do_handshake_on_connect=False
            )
            connection.sock.do_handshake()
        path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
        query = f"?{quote(parts.query, safe='/?%:@!$&()*+,;=~-._')}" if parts.query else ""
        connection.request(
            method,
            path + query,
            headers={"User-Agent": f"DLA-Ingenierie (+{settings.SITE_URL})", "Accept": "*/*", "Connection": "close"},
        )
        answer = connection.getresponse()
        location = answer.getheader("Location") or ""
        with suppress(OSError, http.client.HTTPException):
            answer.read(LARGEST)
        return answer.status, location
    except ssl.SSLCertVerificationError as error:
        raise _Silent("certificat de sécurité non valable") from error
    except (OSError, http.client.HTTPException, ValueError) as error:
        slow = late.is_set() or isinstance(error, TimeoutError)
        raise _Silent("n’a pas répondu à temps" if slow else "ne répond pas") from error
    finally:
        if timer is not None:
            timer.cancel()
        if connection is not None:
            connection.close()


def _cut(connection: http.client.HTTPConnection, late: threading.Event) -> None:
    late.set()
    with suppress(OSError, AttributeError):
        connection.sock.shutdown(socket.SHUT_RDWR)
