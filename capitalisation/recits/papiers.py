"""The récits among the papers of the dossier."""

from __future__ import annotations

from capitalisation.recits.adresses import adresse
from capitalisation.recits.documents import DOCUMENT
from capitalisation.recits.enums import EtatRecit
from capitalisation.recits.models import Recit, VersionRecit
from core.actor import Actor
from projects.ingenierie.models import Ingenierie
from projects.papiers import Paper


def of_recits(ingenierie: Ingenierie, actor: Actor) -> list[Paper]:
    """Two queries."""
    last = {}
    for row in VersionRecit.objects.filter(recit__ingenierie=ingenierie).defer("contenu").order_by("numero"):
        last[row.recit_id] = row
    return [
        _paper(recit, last.get(recit.pk))
        for recit in Recit.objects.filter(ingenierie=ingenierie).order_by("created_at", "pk")
    ]


def _paper(recit: Recit, version: VersionRecit | None) -> Paper:
    genre = recit.get_genre_display()
    title = f"{genre[:1].upper()}{genre[1:]}"
    places = {"files": (("DOCX", adresse(recit, "recit_docx")),), "printed": (DOCUMENT, recit.pk)}
    if recit.state == EtatRecit.ARRETE and version is not None:
        told = f"{title}, arrêtée, version {version.numero}"
        return Paper(told, "Récits", adresse(recit), on=version.le, by=version.par, **places)
    note = f"On lit encore la version {version.numero}" if version is not None else "À jour du dossier"
    return Paper(f"{title}, en cours d’écriture", "Récits", adresse(recit), note=note, **places)
