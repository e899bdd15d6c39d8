"""The fiches de suivi among the papers of the dossier."""

from __future__ import annotations

from django.urls import reverse

from core.actor import Actor
from missions.suivi.documents import FICHE
from missions.suivi.models import FicheSuivi
from projects.ingenierie.models import Ingenierie
from projects.papiers import Paper


def of_fiches(ingenierie: Ingenierie, actor: Actor) -> list[Paper]:
    """One fiche a mission, printed as it stands. One query."""
    rows = FicheSuivi.objects.filter(convention__ingenierie=ingenierie).select_related("convention").order_by("pk")
    return [
        Paper(
            f"Fiche de suivi de la mission, convention {row.convention.titre}",
            "Mission",
            reverse("missions:suivi", args=[ingenierie.pk, row.convention_id]),
            note="À jour du dossier",
            printed=(FICHE, row.pk),
        )
        for row in rows
    ]
