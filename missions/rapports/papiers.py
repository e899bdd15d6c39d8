"""The final reports, among the papers of the dossier."""

from __future__ import annotations

from django.urls import reverse

from core.actor import Actor
from core.models import GeneratedDocument
from core.uploads.checks import readable_size
from missions.rapports.models import RapportFinal, VersionRapport
from missions.rapports.services import DOCUMENT_ACCEPTE, DOCUMENT_PROJET
from projects.ingenierie.models import Ingenierie
from projects.papiers import Paper

_ROOM = "Rapport final"


def of_rapports(ingenierie: Ingenierie, actor: Actor) -> list[Paper]:
    """The report of each mission: its sealed PDF once accepted, else a preview. Three queries."""
    rows = list(
        RapportFinal.objects.filter(convention__ingenierie=ingenierie).select_related("convention").order_by("pk")
    )
    if not rows:
        return []
    versions = {
        (version.rapport_id, version.numero): version
        for version in VersionRapport.objects.filter(rapport__in=rows).defer("contenu")
    }
    made = {
        document.object_id: document
        for document in GeneratedDocument.objects.filter(
            document_type=DOCUMENT_ACCEPTE,
            object_type=VersionRapport._meta.label_lower,
            object_id__in=[version.pk for version in versions.values()],
        ).kept()
    }
    return [_paper(row, versions.get((row.pk, row.numero)) if row.accepte_le else None, made) for row in rows]


def _paper(row: RapportFinal, version: VersionRapport | None, made: dict[int, GeneratedDocument]) -> Paper:
    args = [row.convention.ingenierie_id, row.convention_id]
    files = [("DOCX", reverse("missions:rapport_docx", args=args))]
    document = made.get(version.pk) if version is not None else None
    if document is not None:
        url = reverse("core:document", args=[document.pk]) + "?telecharger=1"
        files.insert(0, (f"PDF, {readable_size(document.size)}", url))
    return Paper(
        f"Rapport final, convention {row.convention.titre}",
        _ROOM,
        reverse("missions:rapport", args=args),
        on=version.le if version is not None else row.remis_le,
        by=version.par if version is not None else row.remis_par,
        note=row.get_state_display().capitalize(),
        files=tuple(files),
        printed=None if version is not None else (DOCUMENT_PROJET, row.pk),
    )
