"""What ``manage.py check`` says of the settings that only show when a document is made."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core import checks

from core import clock
from core.documents import seal
from core.formats import format_date

_SOON = dt.timedelta(days=30)
_HINT = "Voir docs/exploitation.md, « Sceller les documents »."


@checks.register(checks.Tags.security)
def seal_opens(**kwargs: Any) -> list[checks.CheckMessage]:
    """The certificate of the settings opens: else no document that proves something can be made."""
    try:
        seal.certificate()
    except (OSError, ValueError) as error:
        return [
            checks.Error(f"Le certificat de sceau (SEAL_PKCS12) ne s’ouvre pas : {error}", hint=_HINT, id="core.E001")
        ]
    return []


@checks.register(checks.Tags.security, deploy=True)
def seal_is_there(**kwargs: Any) -> list[checks.CheckMessage]:
    """Documents that prove something are sealed, and will be next month."""
    try:
        found = seal.certificate()
    except (OSError, ValueError):
        return []  # said by the other
    if found is None:
        told = "Pas de certificat de sceau (SEAL_PKCS12) : les documents qui font preuve partent sans sceau."
        return [checks.Warning(told, hint=_HINT, id="core.W001")]
    until = found.certificate.not_valid_after_utc
    if until <= clock.now() + _SOON:
        told = f"Le certificat de sceau n’est valable que jusqu’au {format_date(until)}."
        return [checks.Warning(told, hint=_HINT, id="core.W002")]
    return []
