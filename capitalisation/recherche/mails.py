"""What the mail about what is new says, from ids, when it is sent."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.urls import reverse

from capitalisation.recherche.nouveautes import MAIL, a_dire
from capitalisation.recherche.recherche import Criteres
from core.formats import plural
from core.outbox import mail_context


@mail_context(MAIL)
def news(ids: dict[str, Any]) -> dict[str, Any] | None:
    """What came in the searches of somebody; nothing once she stopped them, left, or may read none of it any more."""
    found = a_dire(ids)
    if found is None:
        return None
    _, searches = found
    told = []
    for row, ressources in searches:
        pour = Criteres.lire(row.criteres).pour
        told.append(
            {
                "nom": row.nom,
                "ressources": [
                    {
                        "titre": r.titre,
                        "de": str(r.contributeur),
                        "url": settings.SITE_URL
                        + reverse("bibliotheque:ressource", args=[r.pk])
                        + (f"?pour={pour}" if pour else ""),
                    }
                    for r in ressources
                ],
            }
        )
    different = {r.pk for _, ressources in searches for r in ressources}
    return {
        "compte": plural(len(different), "nouveauté"),
        "noms": ", ".join(f"« {row.nom} »" for row, _ in searches),
        "recherches": told,
        "url": reverse("bibliotheque:recherches"),
    }
