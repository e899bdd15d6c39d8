"""The fiche de présentation among the papers of the dossier."""

from __future__ import annotations

from django.urls import reverse

from core.actor import Actor
from engagement.presentation.documents import FICHE
from projects.ingenierie.models import Ingenierie
from projects.papiers import Paper


def sheet(ingenierie: Ingenierie, actor: Actor) -> list[Paper]:
    """One paper, as the dossier stands."""
    return [
        Paper(
            "Fiche de présentation",
            "Fiche",
            reverse("engagement:fiche_presentation", args=[ingenierie.pk]),
            note="À jour du dossier",
            files=(("DOCX", reverse("engagement:fiche_docx", args=[ingenierie.pk])),),
            printed=(FICHE, ingenierie.pk),
        )
    ]
