"""What the mails of this floor say, from ids, when they are sent."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from core.formats import format_date
from core.outbox import mail_context
from projects.besoins.models import ReponseMutualisation
from projects.enums import EtatMutualisation, ReponseDLA


@mail_context("projects/mutualisation_proposee")
def pooling(ids: dict[str, Any]) -> dict[str, Any] | None:
    """A proposal of pooling; nothing to say once the DLA answered or the proposal is closed."""
    row = (
        ReponseMutualisation.objects.select_related(
            "organisation", "mutualisation__organisation", "mutualisation__theme", "mutualisation__secteur"
        )
        .filter(
            pk=ids["reponse"],
            reponse=ReponseDLA.EN_ATTENTE,
            mutualisation__state=EtatMutualisation.PROPOSEE,
        )
        .first()
    )
    if row is None:
        return None
    found = row.mutualisation
    return {
        "titre": found.titre,
        "about": " · ".join(filter(None, [str(found.theme), str(found.secteur) if found.secteur_id else ""])),
        "c2ra": found.organisation.name,
        "dla": row.organisation.name,
        "avant": format_date(found.reponse_avant),
        "url": reverse("besoins:mutualisation", args=[found.pk]),
    }
