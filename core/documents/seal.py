"""The electronic seal of the documents that prove something: PAdES (ETSI EN 319 142), by pyHanko.

The certificate is the installation's (``SEAL_PKCS12``); a demonstration makes its own. Without certificate in
production, documents are made unsealed: their pages say so, and so does ``check --deploy``. The seal is invisible: a
sealed file is still PDF/A-3a and PDF/UA-1. pyHanko is imported on the first call only.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import io
import os
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings

from core import clock
from core.certificates import OpenedCertificate, open_pkcs12, self_signed
from core.formats import format_date
from core.models import SealCertificate

#: The field of the signature, in the file.
FIELD = "Sceau"
NAME = "DLA Ingénierie"
_OWN_PASSPHRASE = "demonstration"  # noqa: S105 of a certificate that proves nothing elsewhere


def _own() -> OpenedCertificate:
    """The certificate of a demonstration, kept beside its database; that of a test lives as long as its process."""
    path = Path(settings.VAR_DIR) / "sceau-demonstration.p12"
    if settings.APP_ENV == "test":
        return open_pkcs12(self_signed(f"{NAME} (essai)", _OWN_PASSPHRASE), _OWN_PASSPHRASE)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        made = path.with_suffix(f".{os.getpid()}")
        made.write_bytes(self_signed(f"{NAME} (démonstration)", _OWN_PASSPHRASE))
        made.chmod(0o600)
        made.replace(path)
    return open_pkcs12(path.read_bytes(), _OWN_PASSPHRASE)


@lru_cache(maxsize=1)
def _opened(path: str, passphrase: str) -> OpenedCertificate:
    return open_pkcs12(Path(path).read_bytes(), passphrase) if path else _own()


def certificate() -> OpenedCertificate | None:
    """The certificate in use, ``None`` for an installation in production that has none.

    Raises ``OSError`` or ``ValueError`` when the one of the settings cannot be read or opened.
    """
    if settings.APP_ENV == "production" and not settings.SEAL_PKCS12:
        return None
    return _opened(settings.SEAL_PKCS12, settings.SEAL_PASSPHRASE)


def why_unsealed(at: dt.datetime | None = None) -> str:
    """Why what is printed now leaves without a seal, in words; empty when it is sealed."""
    found, at = certificate(), at or clock.now()
    if found is None:
        return "cette installation n’a pas de certificat de sceau"
    if not found.certificate.not_valid_before_utc <= at <= found.certificate.not_valid_after_utc:
        until = format_date(found.certificate.not_valid_after_utc)
        return f"le certificat de sceau de cette installation n’est plus valable depuis le {until}"
    return ""


def remember(found: OpenedCertificate) -> None:
    """Keep the certificate: what it sealed is recognised after it is replaced."""
    SealCertificate.objects.get_or_create(
        fingerprint=found.fingerprint, defaults={"certificate": found.pem, "name": found.name[:200]}
    )


def seal(pdf: bytes) -> tuple[bytes, OpenedCertificate | None]:
    """The same document sealed, and with what; as it is, and ``None``, when :func:`why_unsealed` says why."""
    if why_unsealed():
        return pdf, None
    found = certificate()
    # In a thread of its own: pyHanko begins a loop of events, and there may be one here already.
    with ThreadPoolExecutor(1) as apart:
        return apart.submit(_sign, pdf, found, clock.now()).result(), found


def _sign(pdf: bytes, found: OpenedCertificate, at: dt.datetime) -> bytes:
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import fields, signers

    class Dated(signers.PdfSigner):
        """Dates the seal by the clock of the application."""

        def init_signing_session(self, *args: Any, **kwargs: Any):
            session = super().init_signing_session(*args, **kwargs)
            session.system_time = at
            return session

    place = fields.SigFieldSpec(
        FIELD,
        # PDF/A asks that an annotation be printed, PDF/UA that one without a tag be out of the page.
        invis_sig_settings=fields.InvisSigSettings(set_print_flag=True, box_out_of_bounds=True),
        readable_field_name="Sceau électronique",
    )
    told = signers.PdfSignatureMetadata(
        field_name=FIELD,
        subfilter=fields.SigSeedSubFilter.PADES,
        md_algorithm="sha256",
        name=found.name,
        reason="Document scellé : le fichier est celui qui a été produit",
    )
    signer = signers.SimpleSigner.load_pkcs12_data(found.pkcs12, other_certs=[], passphrase=found.passphrase or None)
    if signer is None:
        raise ValueError("le certificat de sceau ne s’ouvre pas")
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    work = Dated(told, signer, new_field_spec=place).async_sign_pdf(writer)
    return asyncio.run(work).getvalue()
