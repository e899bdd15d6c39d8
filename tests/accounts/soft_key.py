"""A passkey made of software: what a browser and an authenticator answer to WebAuthn's two questions."""

from __future__ import annotations

import json
import os
from hashlib import sha256

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import Aaguid, AttestationObject, AttestedCredentialData, AuthenticatorData

HOST = "testserver"


class SoftKey:
    """One key pair, for the site of the tests."""

    def __init__(self) -> None:
        self.private = ec.generate_private_key(ec.SECP256R1())
        self.id = os.urandom(16)
        self.uses = 0

    def _client_data(self, kind: str, challenge: str) -> bytes:
        told = {"type": kind, "challenge": challenge, "origin": f"http://{HOST}", "crossOrigin": False}
        return json.dumps(told).encode()

    def _answer(self, client_data: bytes, **response: bytes) -> str:
        parts = {"clientDataJSON": client_data, **response}
        return json.dumps(
            {
                "id": websafe_encode(self.id),
                "rawId": websafe_encode(self.id),
                "type": "public-key",
                "clientExtensionResults": {},
                "response": {name: websafe_encode(value) for name, value in parts.items()},
            }
        )

    def create(self, options: dict) -> str:
        """The answer to « make a key » (``creation_options`` of the page)."""
        client_data = self._client_data("webauthn.create", options["publicKey"]["challenge"])
        credential = AttestedCredentialData.create(
            Aaguid.NONE, self.id, ES256.from_cryptography_key(self.private.public_key())
        )
        data = AuthenticatorData.create(sha256(HOST.encode()).digest(), 0x45, 0, credential)
        return self._answer(client_data, attestationObject=bytes(AttestationObject.create("none", data, {})))

    def get(self, options: dict) -> str:
        """The answer to « prove that you hold the key » (``request_options`` of the page)."""
        self.uses += 1
        client_data = self._client_data("webauthn.get", options["publicKey"]["challenge"])
        data = AuthenticatorData.create(sha256(HOST.encode()).digest(), 0x05, self.uses)
        signature = self.private.sign(bytes(data) + sha256(client_data).digest(), ec.ECDSA(hashes.SHA256()))
        return self._answer(client_data, authenticatorData=bytes(data), signature=signature)
