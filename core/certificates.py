"""The certificates with which this installation seals its documents: made by itself, or opened from a PKCS#12 file.

Imports nothing of Django: ``scripts/check.py`` makes one too.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID

#: How long one that makes itself is good for: before and after any day of a demonstration or of a test.
SINCE, UNTIL = dt.datetime(2000, 1, 1, tzinfo=dt.UTC), dt.datetime(2099, 12, 31, tzinfo=dt.UTC)


@dataclass(frozen=True, slots=True)
class OpenedCertificate:
    """A PKCS#12 that was opened: its bytes and passphrase, the certificate, its SHA-256 in hexadecimal, its name."""

    pkcs12: bytes
    passphrase: bytes
    certificate: x509.Certificate
    fingerprint: str
    name: str

    @property
    def pem(self) -> str:
        return self.certificate.public_bytes(serialization.Encoding.PEM).decode("ascii")


def self_signed(name: str, passphrase: str) -> bytes:
    """A new key and a certificate that vouches for itself, as a PKCS#12: it proves only to who trusts this place."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    usage = {
        "key_encipherment": False,
        "data_encipherment": False,
        "key_agreement": False,
        "key_cert_sign": False,
        "crl_sign": False,
        "encipher_only": False,
        "decipher_only": False,
    }
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(SINCE)
        .not_valid_after(UNTIL)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.KeyUsage(digital_signature=True, content_commitment=True, **usage), critical=True)
        .sign(key, hashes.SHA256())
    )
    locked = serialization.BestAvailableEncryption(passphrase.encode())
    return pkcs12.serialize_key_and_certificates(b"sceau", key, certificate, None, locked)


def open_pkcs12(content: bytes, passphrase: str) -> OpenedCertificate:
    """Open a PKCS#12. Raises ``ValueError`` when it does not open, or holds no key with its certificate."""
    secret = passphrase.encode()
    key, certificate, _ = pkcs12.load_key_and_certificates(content, secret or None)
    if key is None or certificate is None:
        raise ValueError("le fichier ne contient pas une clé et son certificat")
    common = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return OpenedCertificate(
        pkcs12=content,
        passphrase=secret,
        certificate=certificate,
        fingerprint=certificate.fingerprint(hashes.SHA256()).hex(),
        name=str(common[0].value) if common else certificate.subject.rfc4514_string(),
    )
