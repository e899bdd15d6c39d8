"""The synthesis among the papers of the dossier: as it stands, and each version that was kept."""

from __future__ import annotations

from django.urls import reverse

from core.actor import Actor
from core.models import GeneratedDocument
from core.uploads.checks import readable_size
from evaluation.questionnaires.permissions import of_the_team
from evaluation.synthese.models import Synthese, VersionSynthese
from evaluation.synthese.services.synthese import DOCUMENT, DOCUMENT_PROJET
from projects.ingenierie.models import Ingenierie
from projects.papiers import Paper

_ROOM = "Synthèse de l’évaluation"


def of_synthese(ingenierie: Ingenierie, actor: Actor) -> list[Paper]:
    """For the team. Three queries."""
    if not of_the_team(actor, ingenierie):
        return []
    synthese = Synthese.objects.filter(ingenierie=ingenierie).first()
    if synthese is None:
        return []
    args = [ingenierie.pk]
    papers = []
    if not synthese.is_fixed:
        papers.append(
            Paper(
                "Synthèse de l’évaluation, brouillon",
                _ROOM,
                reverse("evaluation:synthese", args=args),
                note="À jour du dossier",
                files=(("DOCX", reverse("evaluation:synthese_docx", args=args)),),
                printed=(DOCUMENT_PROJET, synthese.pk),
            )
        )
    versions = list(VersionSynthese.objects.filter(synthese=synthese).defer("contenu"))
    made: dict[int, GeneratedDocument] = {}
    for document in GeneratedDocument.objects.filter(
        document_type=DOCUMENT,
        object_type=VersionSynthese._meta.label_lower,
        object_id__in=[version.pk for version in versions],
    ).kept():
        made.setdefault(document.object_id, document)
    for version in versions:
        document = made.get(version.pk)
        files = ()
        if document is not None:
            address = reverse("core:document", args=[document.pk]) + "?telecharger=1"
            files = ((f"PDF, {readable_size(document.size)}", address),)
        papers.append(
            Paper(
                f"Synthèse de l’évaluation, {version.nommee}",
                _ROOM,
                reverse("evaluation:synthese_version", args=[*args, version.numero]),
                on=version.le,
                by=version.par,
                files=files,
            )
        )
    return papers
