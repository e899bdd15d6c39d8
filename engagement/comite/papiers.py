"""The dossiers and minutes of the comités d'appui that heard the ingénierie, among its papers."""

from __future__ import annotations

from django.urls import reverse

from core.actor import Actor
from core.formats import format_date
from engagement.comite.enums import EtatSeance
from engagement.comite.models import SeanceComite
from engagement.comite.services.seances import COMPTE_RENDU, DOSSIER
from projects.ingenierie.models import Ingenierie
from projects.papiers import Paper


def of_comites(ingenierie: Ingenierie, actor: Actor) -> list[Paper]:
    """Of the sessions of the actor's own DLA: others' are not hers to read."""
    found = (
        SeanceComite.objects.visible_to(actor).filter(points__ingenierie=ingenierie.pk).select_related("organisation")
    )
    papers = []
    for seance in found:
        where = ("Comité d’appui", reverse("comite:seance", args=[seance.pk]))
        day, by = format_date(seance.debut), str(seance.organisation)
        papers.append(
            Paper(f"Dossier du comité d’appui du {day}", *where, on=seance.debut, by=by, printed=(DOSSIER, seance.pk))
        )
        if seance.state == EtatSeance.CLOSE:
            title = f"Compte rendu du comité d’appui du {day}"
            papers.append(Paper(title, *where, on=seance.debut, by=by, printed=(COMPTE_RENDU, seance.pk)))
    return papers
