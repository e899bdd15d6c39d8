"""A small directory of companies, started by the test: it answers as the State's does, or badly when a test asks."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit


class SmallDirectory:
    """The companies it knows, what was asked; ``status``, ``body``, ``drips``, ``location`` when it misbehaves."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.companies: dict[str, dict[str, Any]] = {}
        self.asked: list[str] = []
        self.status = 200
        self.body: bytes | None = None
        self.location = ""
        self.drips = False
        self.over = Event()

    def knows(self, siret: str, **more: Any) -> dict[str, Any]:
        """An association of Tours with this SIRET; ``more`` replaces what is told of it."""
        place = {
            "siret": siret, "adresse": "12 RUE DES HALLES 37000 TOURS", "code_postal": "37000", "commune": "37261",
            "libelle_commune": "TOURS", "activite_principale": "94.99Z", "etat_administratif": "A",
            "date_creation": "2004-05-01",
        }  # fmt: skip
        self.companies[siret] = {
            "siren": siret[:9], "nom_complet": "LES AMIS DU PONT (ADP)", "nom_raison_sociale": "LES AMIS DU PONT",
            "sigle": "ADP", "nature_juridique": "9220", "activite_principale": "94.99Z", "date_creation": "1998-03-12",
            "etat_administratif": "A", "siege": place, "matching_etablissements": [],
            "complements": {"identifiant_association": "W372001234"},
        } | more  # fmt: skip
        return self.companies[siret]


@contextmanager
def small_directory() -> Iterator[SmallDirectory]:
    """A directory that answers on a port of its own until the end of the block."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            directory.asked.append(self.path)
            siret = parse_qs(urlsplit(self.path).query).get("q", [""])[0]
            found = [directory.companies[siret]] if siret in directory.companies else []
            body = directory.body
            if body is None:
                body = json.dumps({"results": found, "total_results": len(found)}).encode()
            self.send_response(directory.status)
            if directory.location:
                self.send_header("Location", directory.location)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            if directory.drips:
                while not directory.over.wait(0.05):
                    self.wfile.write(b" ")
                    self.wfile.flush()
            self.wfile.write(body)

        def log_message(self, *args: Any) -> None:
            """Nothing: a test prints what it has to say."""

    class Server(ThreadingHTTPServer):
        def handle_error(self, *args: Any) -> None:
            """A client that hangs up is what some tests are about."""

    server = Server(("127.0.0.1", 0), Handler)
    directory = SmallDirectory(f"http://127.0.0.1:{server.server_port}")
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield directory
    finally:
        directory.over.set()
        server.shutdown()
        server.server_close()
        thread.join(5)
