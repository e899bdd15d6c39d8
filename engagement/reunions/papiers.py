"""The minutes of the meetings, among the papers of the dossier."""

from __future__ import annotations

from django.urls import reverse

from core.actor import Actor
from engagement.reunions.documents import COMPTE_RENDU, readable
from engagement.reunions.models import Reunion
from projects.ingenierie.models import Ingenierie
from projects.papiers import Paper


def minutes(ingenierie: Ingenierie, actor: Actor) -> list[Paper]:
    """One paper for each meeting whose minutes are written."""
    held = list(Reunion.objects.filter(ingenierie=ingenierie.pk).exclude(compte_rendu=""))
    seen = readable([reunion.pk for reunion in held], actor) if held else set()
    return [
        Paper(
            f"Compte rendu : {reunion.objet}",
            "Réunions",
            reverse("engagement:reunion", args=[ingenierie.pk, reunion.pk]),
            on=reunion.date,
            by=str(ingenierie.pilote),
            printed=(COMPTE_RENDU, reunion.pk),
        )
        for reunion in held
        if reunion.pk in seen
    ]
