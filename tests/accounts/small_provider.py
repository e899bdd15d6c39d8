"""A small OpenID Connect provider, started by the test: discovery, keys, codes, tokens, userinfo."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from html import unescape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from re import search
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from django.urls import reverse

from core import clock
from dla_ingenierie import oidc

CLIENT, SECRET = "dla", "un secret entre nous"


@cache
def rsa_key(name: str) -> rsa.RSAPrivateKey:
    """The key of that name, made once."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


class SmallProvider:
    """What it says of the person, and what it does wrong when a test asks."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.sub = "personne-42"
        self.email: str | None = "camille@example.org"
        self.verified: Any = True
        self.signed_by = "sienne"
        self.algorithm = "RS256"
        self.claims: dict[str, Any] = {}
        self.userinfo: dict[str, Any] | None = None
        self.discovery: dict[str, Any] = {}
        self.broken: set[str] = set()
        self.asked: list[str] = []
        self._challenges: dict[str, str] = {}

    @property
    def settings(self) -> dict[str, Any]:
        return oidc.providers(self.address, CLIENT, SECRET, "Mon réseau", https=False)

    def consent(self, url: str) -> str:
        """What the browser is sent back with, after the person said yes at ``url``."""
        asked = dict(parse_qsl(urlsplit(url).query))
        assert asked["client_id"] == CLIENT
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        assert set(asked["scope"].split()) == {"openid", "email"}
        code = f"code-{len(self._challenges)}"
        self._challenges[code] = asked["code_challenge"]
        return f"{urlsplit(asked['redirect_uri']).path}?{urlencode({'code': code, 'state': asked['state']})}"

    def answer(self, path: str, form: dict[str, str], bearer: str) -> tuple[int, Any]:
        self.asked.append(path)
        if path in self.broken:
            return 503, {}
        if path == "/.well-known/openid-configuration":
            return 200, {
                "issuer": self.address,
                "authorization_endpoint": f"{self.address}/autoriser",
                "token_endpoint": f"{self.address}/jeton",
                "userinfo_endpoint": f"{self.address}/personne",
                "jwks_uri": f"{self.address}/cles",
                "token_endpoint_auth_methods_supported": ["client_secret_post"],
                **self.discovery,
            }
        if path == "/cles":
            public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(rsa_key("sienne").public_key()))
            return 200, {"keys": [{**public, "kid": "un", "alg": "RS256", "use": "sig"}]}
        if path == "/jeton":
            proof = base64.urlsafe_b64encode(hashlib.sha256(form.get("code_verifier", "").encode()).digest())
            if form["client_secret"] != SECRET or self._challenges.pop(form["code"]) != proof.decode().rstrip("="):
                return 400, {"error": "invalid_grant"}
            return 200, {"access_token": "acces", "token_type": "Bearer", "id_token": self._id_token()}
        if path == "/personne" and bearer == "Bearer acces":
            return 200, self.userinfo or {"sub": self.sub, "email": self.email, "email_verified": self.verified}
        return 404, {}

    def _id_token(self) -> str:
        now = int(clock.now().timestamp())
        told = {"iss": self.address, "aud": CLIENT, "sub": self.sub, "iat": now, "exp": now + 300, **self.claims}
        key = rsa_key(self.signed_by) if self.algorithm == "RS256" else SECRET * 4
        return jwt.encode(told, key, algorithm=self.algorithm, headers={"kid": "un"})


@contextmanager
def small_provider() -> Iterator[SmallProvider]:
    """A provider that answers on a port of its own until the end of the block."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            form = {name: values[0] for name, values in parse_qs(self.rfile.read(length).decode()).items()}
            status, body = provider.answer(self.path, form, self.headers.get("Authorization", ""))
            data = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_POST = do_GET

        def log_message(self, *args: Any) -> None:
            """Nothing: a test prints what it has to say."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider = SmallProvider(f"http://127.0.0.1:{server.server_port}")
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()


def leave(client, **data: str) -> str:
    """Press the button of the sign-in page: the address of the provider where the browser goes on."""
    page = client.post(reverse("openid_connect_login"), data)
    assert page.status_code == 200, page.content.decode()
    return unescape(search(r'http-equiv="refresh" content="0;url=([^"]+)"', page.content.decode())[1])


def come_back(client, provider: SmallProvider, **data: str):
    """The whole way: there, consent, and back; the answer of the application."""
    return client.get(provider.consent(leave(client, **data)))
