"""Where a fiche is published, in words."""

from __future__ import annotations

from typing import Any

from core.formats import format_date
from partners.portfolio.publication.enums import Statut
from partners.portfolio.publication.models import Publication

STATUT_TAGS = {
    Statut.PUBLIEE: "tag-ok", Statut.A_ACTUALISER: "tag-warn", Statut.DEMANDEE: "tag-accent", Statut.REFUSEE: "tag-bad",
}  # fmt: skip


def publication_rows(publications: Any) -> list[dict[str, Any]]:
    """Where a fiche is published, in words."""
    rows = []
    for publication in publications:
        statut = publication.statut()
        details = []
        if publication.publiee_le and statut in (Statut.PUBLIEE, Statut.A_ACTUALISER):
            details.append(f"publiée le {format_date(publication.publiee_le)}")
            details.append(f"à actualiser à partir du {format_date(publication.a_actualiser_le)}")
        if publication.candidate_id and publication.fiche_id:
            details.append("une nouvelle version attend la décision du C2RA")
        rows.append(
            {
                "region": str(publication.region),
                "statut": statut.label,
                "tag": STATUT_TAGS.get(statut, "tag-neutral"),
                "details": ", ".join(details),
                "reason": publication.decision_reason,
            }
        )
    return rows


def publications_of(prestataire_id: int) -> list[Publication]:
    """The publications of a prestataire, its home région first."""
    found = list(
        Publication.objects.filter(prestataire=prestataire_id).select_related("region", "prestataire").order_by("pk")
    )
    return sorted(found, key=lambda p: (p.region_id != p.prestataire.region_id, p.pk))
