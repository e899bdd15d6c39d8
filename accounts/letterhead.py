"""The head of every printed document: who sends it, how to find them, who pays."""

from __future__ import annotations

from typing import Any

from accounts.enums import OrganisationKind
from accounts.models import Logo, Organisation
from core.documents import DocumentHeader, Picture
from core.formats import NBSP
from core.phones import format_phone


def c2ra_of(region_id: int | None) -> Organisation | None:
    """The C2RA of a région: it keeps what the papers of the région say of their funders."""
    if region_id is None:
        return None
    found = Organisation.objects.filter(kind=OrganisationKind.C2RA, region_id=region_id, is_active=True)
    return found.order_by("pk").first()


def _picture(logo: Logo) -> Picture:
    return Picture(bytes(logo.image), logo.alt)


def letterhead(organisation: Organisation | None, **told: Any) -> DocumentHeader:
    """The header of a document that ``organisation`` sends; ``told`` is the rest of it (kind, name, version, date…)."""
    if organisation is None:
        return DocumentHeader(**told)
    lines = []
    if organisation.structure_porteuse and organisation.structure_porteuse != organisation.name:
        lines.append(f"Dispositif porté par {organisation.structure_porteuse}")
    if address := ", ".join(line.strip() for line in organisation.address.splitlines() if line.strip()):
        lines.append(address)
    if reach := f"{NBSP}· ".join(part for part in (format_phone(organisation.phone), organisation.email) if part):
        lines.append(reach)
    own = Logo.objects.own(organisation).first()
    c2ra = c2ra_of(organisation.region_id)
    return DocumentHeader(
        **{
            "pilot": organisation.name,
            "contact": tuple(lines),
            "logo": _picture(own) if own else None,
            "funders": tuple(_picture(logo) for logo in Logo.objects.funders(c2ra)) if c2ra else (),
            "mention": c2ra.mention_financeurs if c2ra else "",
            **told,
        }
    )
