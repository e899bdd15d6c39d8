"""A program of its own: a PDF on its standard input, what its signatures say as JSON on its standard output.

``core.documents.verification`` runs it by its path, in a process under limits: what a stranger's file does to a
parser, it does here. It imports nothing of the application.

The input is a line of JSON (``certificates``: ours, in PEM; ``memory`` in bytes and ``seconds`` of processor at most),
then the file. Ends with 0 and JSON, a list; anything else when the file cannot be read.
"""

from __future__ import annotations

import hashlib
import io
import json
import resource
import sys
from typing import Any


def look(content: bytes, certificates: list[str]) -> list[dict[str, Any]]:
    """For each signature of the file: whose, when, whether it is valid, and how much of the file it covers."""
    from asn1crypto import pem, x509
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation import KeyUsageConstraints, validate_pdf_signature
    from pyhanko.sign.validation.status import SignatureCoverageLevel
    from pyhanko_certvalidator import ValidationContext

    ours = [x509.Certificate.load(pem.unarmor(text.encode())[2]) for text in certificates]
    known = {certificate.sha256 for certificate in ours}
    usage = KeyUsageConstraints(key_usage={"non_repudiation", "digital_signature"}, match_all_key_usages=False)
    found = []
    for signature in PdfFileReader(io.BytesIO(content)).embedded_regular_signatures:
        signer, at = signature.signer_cert, signature.self_reported_timestamp
        told: dict[str, Any] = {
            "ours": signer.sha256 in known,
            "name": signer.subject.native.get("common_name") or signer.subject.human_friendly,
            "at": at.isoformat() if at else None,
            "sound": False,
        }
        if told["ours"]:
            # As of the day of the seal: a certificate may be replaced, what it sealed stands.
            context = ValidationContext(trust_roots=ours, allow_fetching=False, moment=at)
            status = validate_pdf_signature(signature, context, key_usage_settings=usage, skip_diff=True)
            told["sound"] = bool(status.intact and status.valid and status.trusted)
            told["whole"] = status.coverage == SignatureCoverageLevel.ENTIRE_FILE
            told["revision"] = bool(status.coverage and status.coverage >= SignatureCoverageLevel.ENTIRE_REVISION)
            *_, start, length = (int(number) for number in signature.byte_range)
            told["sha256"] = hashlib.sha256(content[: start + length]).hexdigest()
        found.append(told)
    return found


def main() -> int:
    """Read, write, and say how it went."""
    asked = json.loads(sys.stdin.buffer.readline())
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (asked["memory"], asked["memory"]))
    resource.setrlimit(resource.RLIMIT_CPU, (asked["seconds"], asked["seconds"]))
    sys.stdout.write(json.dumps(look(sys.stdin.buffer.read(), asked["certificates"])))
    sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
