"""What the pages of the productions show, ready to print."""

from __future__ import annotations

from collections import Counter
from typing import Any

from accounts.models import Grant
from accounts.services.sent_links import not_sent
from core.contacts import addresses
from core.formats import format_date, format_datetime, plural
from core.models import Attachment
from core.outbox import unsent
from core.uploads.checks import readable_size
from missions.conventions.models import Convention
from missions.conventions.prefill import beneficiaires
from missions.productions.models import Production, Reception
from missions.productions.services import LIEN, pieces_of
from projects.structures_ciblees.models import StructureCiblee


def file_line(piece: Attachment, url: str) -> dict[str, str]:
    """A file to download."""
    return {
        "name": piece.original_name,
        "details": f"{piece.extension.upper()}, {readable_size(piece.size)}",
        "url": url,
    }


def productions_of(
    convention: Convention, file_url: Any, structure: StructureCiblee | None = None
) -> list[dict[str, Any]]:
    """The productions of a mission (those that ``structure`` receives), each with its files and who received it: three
    queries.

    ``file_url(piece)`` is the address of a file.
    """
    found = Production.objects.filter(convention=convention)
    found = found if structure is None else found.received_by(structure)
    rows = list(found.select_related("etape", "structure__structure"))
    files: dict[int, list[dict[str, str]]] = {}
    for piece in pieces_of(rows):
        files.setdefault(piece.object_id, []).append(file_line(piece, file_url(piece)))
    received: dict[int, list[str]] = {}
    receptions = Reception.objects.filter(production__in=rows).select_related("structure__structure")
    for row in receptions:
        told = f"{row.structure.structure}, le {format_date(row.le)} ({row.par})"
        received.setdefault(row.production_id, []).append(told)
    return [
        {
            "pk": row.pk,
            "version": row.version,
            "titre": row.titre,
            "description": row.description,
            "etape": row.etape.titre if row.etape else "",
            "pour": str(row.structure.structure) if row.structure else "",
            "url": row.url,
            "le": format_date(row.remise_le),
            "par": row.remise_par,
            "files": files.get(row.pk, []),
            "received": received.get(row.pk, []),
        }
        for row in rows
    ]


def structures_of(convention: Convention) -> list[dict[str, Any]]:
    """The structures that receive the productions: their link, what they acknowledged. Five queries."""
    rows = beneficiaires(convention.ingenierie)
    label = StructureCiblee._meta.label_lower
    grants: dict[int, Grant] = {}
    found = Grant.objects.filter(purpose=LIEN, object_type=label, object_id__in=[r.pk for r in rows])
    for grant in sorted(found, key=lambda one: (one.revoked_at is None, one.sent_at)):
        grants[grant.object_id] = grant  # one that serves before one that was revoked, then the last that left
    failed = not_sent(list(grants.values()))
    given = Counter(convention.productions.order_by().values_list("structure", flat=True))
    totals = {row.pk: given[None] + given[row.pk] for row in rows}
    counts: dict[int, int] = {}
    for pk in Reception.objects.filter(production__convention=convention).values_list("structure", flat=True):
        counts[pk] = counts.get(pk, 0) + 1
    return [
        {
            "pk": row.pk,
            "nom": str(row.structure),
            "received": f"{plural(counts.get(row.pk, 0), 'reçue')} sur {totals[row.pk]}" if totals[row.pk] else "",
            "all": bool(totals[row.pk]) and counts.get(row.pk, 0) == totals[row.pk],
            **_link(grants.get(row.pk), failed),
        }
        for row in rows
    ]


def _link(grant: Grant | None, failed: set[int]) -> dict[str, Any]:
    if grant is None:
        return {"sent": ""}
    return {
        "sent": format_date(grant.sent_at),
        "opened": format_date(grant.first_opened_at) if grant.first_opened_at else "",
        "revoked": grant.revoked_at is not None,
        "not_sent": grant.pk in failed,
    }


def notes_of(convention: Convention) -> list[dict[str, Any]]:
    """The notes sent to partners, with who received each: three queries."""
    rows = list(convention.notes_partenaires.select_related("etape").prefetch_related("destinataires"))
    failed = unsent([one.cle for row in rows for one in row.destinataires.all()])
    return [
        {
            "pk": row.pk,
            "titre": row.titre,
            "texte": row.texte,
            "etape": row.etape.titre if row.etape else "",
            "quand": format_datetime(row.envoyee_le),
            "par": row.envoyee_par,
            "destinataires": [
                {"organisme": one.organisme, "nom": one.nom, "not_sent": one.cle in failed}
                for one in row.destinataires.all()
            ],
            "failed": any(one.cle in failed for one in row.destinataires.all()),
        }
        for row in rows
    ]


def suggested(structure: StructureCiblee) -> list[tuple[str, str]]:
    """Who is proposed for the link of a structure."""
    return addresses(structure.structure)
