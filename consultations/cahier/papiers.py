"""The cahier des charges among the papers of the dossier."""

from __future__ import annotations

from django.urls import reverse

from consultations.cahier.models import CahierDesCharges, VersionDiffusee
from consultations.cahier.services import DOCUMENT_CAHIER, DOCUMENT_DIFFUSE
from core.actor import Actor
from core.models import GeneratedDocument
from core.uploads.checks import readable_size
from projects.ingenierie.models import Ingenierie
from projects.papiers import Paper


def of_cahier(ingenierie: Ingenierie, actor: Actor) -> list[Paper]:
    """The diffused versions (PDF once it is made, DOCX), and the cahier as it is being written: three queries."""
    pk = ingenierie.pk
    cahier = CahierDesCharges.objects.filter(ingenierie=pk).only("pk", "ingenierie_id").first()
    if cahier is None:
        return []
    papers = [
        Paper(
            "Cahier des charges, version de travail",
            "Cahier des charges",
            reverse("consultations:cahier", args=[pk]),
            note="À jour du dossier",
            files=(("DOCX", reverse("consultations:docx", args=[pk])),),
            printed=(DOCUMENT_CAHIER, cahier.pk),
        )
    ]
    versions = list(VersionDiffusee.objects.visible_to(actor).filter(cahier=cahier).defer("contenu"))
    made = GeneratedDocument.objects.filter(
        document_type=DOCUMENT_DIFFUSE,
        object_type=VersionDiffusee._meta.label_lower,
        object_id__in=[version.pk for version in versions],
    ).kept()
    sizes = {document.object_id: document.size for document in made}
    for version in versions:
        files = [("DOCX", reverse("consultations:version_docx", args=[pk, version.numero]))]
        if version.pk in sizes:
            told = f"PDF, {readable_size(sizes[version.pk])}"
            files.insert(0, (told, reverse("consultations:version_pdf", args=[pk, version.numero]) + "?telecharger=1"))
        papers.append(
            Paper(
                f"Cahier des charges diffusé, version {version.numero}",
                "Cahier des charges",
                reverse("consultations:version", args=[pk, version.numero]),
                on=version.le,
                by=version.par,
                files=tuple(files),
            )
        )
    return papers
