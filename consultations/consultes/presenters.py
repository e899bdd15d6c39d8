"""What the tab « Mise en concurrence » shows of the prestataires consulted."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from consultations.consultes.models import PrestataireConsulte
from core.formats import format_date, format_datetime
from partners.portfolio.publication.enums import Statut
from partners.recherche.presenters import asked_words
from partners.recherche.registry import sollicitations

TAB = "prestataire"
TAGS = {Statut.PUBLIEE: "tag-ok", Statut.A_ACTUALISER: "tag-warn"}


def consulted_rows(ingenierie) -> list[dict[str, Any]]:
    """The prestataires consulted for an ingénierie, those taken back last; two queries."""
    rows = PrestataireConsulte.objects.filter(ingenierie=ingenierie).select_related("prestataire")
    asked = sollicitations([row.prestataire_id for row in rows])
    return [
        {
            "pk": row.pk,
            "name": str(row.prestataire),
            "standing": row.retire_at is None,
            "date": format_date(row.date),
            "asked": asked_words(asked.get(row.prestataire_id)),
            "motif": row.motif,
            "saved": f"{row.by_label}, le {format_datetime(row.at)}",
            "retire": format_datetime(row.retire_at),
            "retire_motif": row.retire_motif,
            "url": reverse("consultations:consulte_retirer", args=[ingenierie.pk, row.pk]),
        }
        for row in sorted(rows, key=lambda r: (r.retire_at is not None, r.date, r.pk))
    ]
