"""Does a link answer? Only public addresses are asked, whatever their writing, whatever they redirect to."""

from __future__ import annotations

import ipaddress
import socket
import threading
import time
from contextlib import contextmanager

import pytest

from core import probe as module
from core.probe import Policy, is_public, probe

#: Names of this world: nothing here asks a real resolver.
NAMES = {
    "public.example": ["93.184.216.34"],
    "interne.example": ["10.1.2.3"],
    "melange.example": ["93.184.216.34", "192.168.0.1"],
    "six.example": ["fd00::1"],
}


def known(host, port):
    try:
        return NAMES[host]
    except KeyError:
        return module.resolve(host, port)  # numbers in all their writings


@pytest.fixture(autouse=True)
def never_connects(monkeypatch, request):
    if "server" not in request.fixturenames:

        def forbidden(*args, **kwargs):
            raise AssertionError(f"connexion tentée : {args}")

        monkeypatch.setattr(socket, "create_connection", forbidden)


# --- Which addresses ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.8.8.8", "0.0.0.0", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1",  # noqa: S104
        "169.254.169.254", "100.64.0.1", "100.127.255.255", "192.0.0.1", "192.0.2.1", "198.18.0.1", "198.51.100.1",
        "203.0.113.1", "224.0.0.1", "239.1.1.1", "240.0.0.1", "255.255.255.255",
        "::", "::1", "::10.0.0.1", "::ffff:10.0.0.1", "::ffff:127.0.0.1", "::ffff:169.254.169.254", "fe80::1",
        "fc00::1", "fd00::1", "fec0::1", "ff02::1", "2001:db8::1", "64:ff9b::a00:1", "64:ff9b:1::1", "2002:a00:1::1",
        "2001:0:a00:1::1", "100::1",
    ],
)  # fmt: skip
def test_an_address_that_is_not_of_the_internet_is_not_asked(address):
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", ["93.184.216.34", "8.8.8.8", "172.32.0.1", "100.128.0.1", "2606:2800:220:1::1"])
def test_an_address_of_the_internet_is(address):
    assert is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/", "http://localhost/", "http://2130706433/", "http://0x7f000001/", "http://0177.0.0.1/",
        "http://0x7f.1/", "http://127.1/", "http://0/", "http://0.0.0.0/", "https://169.254.169.254/latest/meta-data",
        "http://[::1]/", "http://[::ffff:10.0.0.1]/", "http://[::ffff:a00:1]/", "http://[fe80::1]/",
        "http://[fd00::1]/", "http://10.0.0.1/", "http://100.64.0.1/", "http://interne.example/",
        "http://melange.example/", "http://six.example/", "http://１２７.0.0.1/",
    ],
)  # fmt: skip
def test_whatever_its_writing_an_internal_address_is_refused(url):
    answer = probe(url, policy=Policy(resolver=known))
    assert answer.refused and not answer.alive


@pytest.mark.parametrize(
    "url, why",
    [
        ("file:///etc/passwd", "ni http"), ("gopher://public.example/", "ni http"),
        ("ftp://public.example/", "ni http"),
        ("javascript:alert(1)", "ni http"), ("//public.example/", "ni http"), ("", "ni http"),
        ("http://user:secret@public.example/", "utilisateur"), ("http://user@public.example/", "utilisateur"),
        ("http://public.example:22/", "port"), ("https://public.example:8443/", "port"),
        ("http://public.example:443/", "port"), ("https://public.example:80/", "port"),
        ("http://public.example:0/", "port"), ("http://public.example:99999/", "mal écrite"),
        ("http:///x", "mal écrite"),
        ("http://[::1/", "mal écrite"), ("http://public.example/\r\nHost: x", "mal écrite"),
        ("http://public.example\\@10.0.0.1/", "mal écrite"), ("http://" + "a" * 70 + ".example/", "mal écrite"),
    ],
)  # fmt: skip
def test_an_odd_address_is_refused_before_anything_is_asked(url, why):
    answer = probe(url, policy=Policy(resolver=lambda host, port: pytest.fail("résolue")))
    assert answer.refused and why in answer.detail


def test_a_name_that_does_not_exist_and_a_resolver_that_is_late_are_silences():
    def nobody(host, port):
        raise socket.gaierror("no such name")

    def late(host, port):
        time.sleep(1)
        return ["93.184.216.34"]

    assert probe("http://absent.example/", policy=Policy(resolver=nobody)).detail == "nom de site inconnu"
    assert "à temps" in probe("http://lent.example/", policy=Policy(resolver=late), seconds=0.1).detail


def test_the_connection_is_made_to_the_address_that_was_looked_at(monkeypatch):
    asked, answers = [], iter([["93.184.216.34"], ["10.0.0.1"]])

    def refuse(address, timeout):
        asked.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "create_connection", refuse)
    answer = probe("http://public.example/", policy=Policy(resolver=lambda host, port: next(answers)))
    assert asked == [("93.184.216.34", 80)] and answer.detail == "ne répond pas"


# --- What a server answers ------------------------------------------------------------------------------------------


class Server:
    """A small server of raw answers, by path; ``seen`` are the first lines and headers it received."""

    def __init__(self, listener):
        self.listener, self.seen, self.pages = listener, [], {}
        self.port = listener.getsockname()[1]
        self.address = f"http://site.example:{self.port}"

    def run(self):
        while True:
            try:
                sock, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=[sock], daemon=True).start()

    def serve(self, sock):
        with sock:
            request = b""
            while b"\r\n\r\n" not in request and (part := sock.recv(4096)):
                request += part
            lines = request.decode(errors="replace").split("\r\n")
            self.seen.append(lines)
            method, path, *_ = [*lines[0].split(" "), "", ""]
            page = self.pages.get((method, path), self.pages.get(path, "404 Not Found"))
            try:
                if callable(page):
                    page(sock)
                else:
                    sock.sendall(f"HTTP/1.1 {page}\r\nContent-Length: 0\r\n\r\n".encode())
            except OSError:
                return


@contextmanager
def _served():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = Server(listener)
        threading.Thread(target=server.run, daemon=True).start()
        yield server


@pytest.fixture
def server():
    with _served() as found:
        yield found


@pytest.fixture
def policy(server):
    """This very server is allowed, and nothing else of this machine."""

    def resolver(host, port):
        return ["127.0.0.1"] if host == "site.example" and port == server.port else known(host, port)

    # The address of the server, in these tests only.
    return Policy(
        allows=lambda address: str(address) == "127.0.0.1" or is_public(address),
        resolver=resolver,
        ports=lambda scheme, port: port in (80, 443, server.port),
    )


def test_a_page_that_answers_is_alive_and_is_told_who_asks(server, policy, settings, monkeypatch):
    settings.SITE_URL = "https://dla.example.org"
    monkeypatch.setenv("HTTP_PROXY", "http://10.0.0.1:3128")
    server.pages["/a%20b?q=%C3%A9&r=1"] = "200 OK"
    assert probe(server.address + "/a%20b?q=é&r=1", policy=policy).alive
    [lines] = server.seen
    assert lines[0] == "HEAD /a%20b?q=%C3%A9&r=1 HTTP/1.1"
    assert "User-Agent: DLA-Ingenierie (+https://dla.example.org)" in lines
    assert f"Host: site.example:{server.port}" in lines and not any(line.startswith("Cookie") for line in lines)


def test_a_server_that_does_not_know_head_is_asked_by_get_and_its_page_is_not_read(server, policy):
    sent = []

    def endless(sock):
        sock.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        for _ in range(10_000):
            sock.sendall(b"x" * 65_536)
            sent.append(65_536)

    server.pages[("HEAD", "/")] = "405 Method Not Allowed"
    server.pages[("GET", "/")] = endless
    started = time.monotonic()
    assert probe(server.address, policy=policy).alive
    assert time.monotonic() - started < 3 and sum(sent) < 100_000_000


@pytest.mark.parametrize(
    "status, alive, detail",
    [
        ("204 No Content", True, "répond"), ("403 Forbidden", True, "pas à tout le monde"),
        ("429 Too Many Requests", True, "pas à tout le monde"), ("404 Not Found", False, "introuvable"),
        ("410 Gone", False, "introuvable"), ("500 Oops", False, "erreur du site (500)"),
        ("302 Found", False, "sans dire où"), ("304 Not Modified", False, "erreur du site"),
    ],
)  # fmt: skip
def test_each_status_is_said(server, policy, status, alive, detail):
    server.pages["/"] = status
    answer = probe(server.address, policy=policy)
    assert answer.alive is alive and detail in answer.detail and not answer.refused


def test_three_redirects_are_followed_a_fourth_is_not(server, policy):
    for n in range(5):
        server.pages[f"/{n}"] = f"302 Found\r\nLocation: {n + 1}"
    server.pages["/4"] = "200 OK"
    assert probe(server.address + "/1", policy=policy).alive
    assert probe(server.address + "/0", policy=policy).detail == "redirige trop de fois"
    server.pages["/4"] = "302 Found\r\nLocation: /4"
    assert "trop de fois" in probe(server.address + "/4", policy=policy).detail


@pytest.mark.parametrize(
    "target",
    [
        "http://10.0.0.1/", "http://169.254.169.254/latest/", "http://[::1]/", "http://[::ffff:10.0.0.1]/",
        "http://interne.example/", "file:///etc/passwd", "http://site.example:22/", "http://a:b@site.example/",
        "//interne.example/", "http://0x7f000002/",
    ],
)  # fmt: skip
def test_a_redirect_to_what_must_not_be_asked_is_refused(server, policy, target):
    server.pages["/"] = f"301 Moved\r\nLocation: {target}"
    assert probe(server.address, policy=policy).refused
    assert len(server.seen) == 1


def test_a_server_that_says_nothing_or_too_slowly_or_nonsense_does_not_hold_the_job(server, policy):
    def silent(sock):
        time.sleep(1)

    def drop_by_drop(sock):
        for _ in range(20):
            sock.sendall(b"H")
            time.sleep(0.05)

    for page in (silent, drop_by_drop):
        server.pages["/"] = page
        started = time.monotonic()
        answer = probe(server.address, policy=policy, seconds=0.3)
        assert not answer.alive and "à temps" in answer.detail and time.monotonic() - started < 0.9
    server.pages["/"] = lambda sock: sock.sendall(b"Bonjour\r\n\r\n")
    assert probe(server.address, policy=policy).detail == "ne répond pas"
    server.pages["/"] = "200 OK" + "\r\nX: y" * 200
    assert probe(server.address, policy=policy).detail == "ne répond pas"


def test_a_server_that_does_not_speak_tls_is_silent(server, policy):
    assert not probe(f"https://site.example:{server.port}/", policy=policy, seconds=2).alive


def test_only_the_worker_asks():
    """No page, no form, no service called by one imports it."""
    from pathlib import Path

    root = Path(module.__file__).parent.parent
    users = [
        str(path.relative_to(root))
        for folder in ("core", "capitalisation", "portal", "partners", "evaluation", "projects", "accounts")
        for path in (root / folder).rglob("*.py")
        if "core.probe import" in path.read_text(encoding="utf-8")
    ]
    assert users == ["capitalisation/usages/services/liens.py"]
    callers = [
        str(path.relative_to(root))
        for path in (root / "capitalisation").rglob("*.py")
        if "check_all" in path.read_text(encoding="utf-8")
    ]
    assert sorted(callers) == ["capitalisation/usages/services/liens.py", "capitalisation/usages/tasks.py"]
