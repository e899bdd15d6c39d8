"""The conventions and their avenants among the papers of the dossier."""

from __future__ import annotations

from django.urls import reverse

from core.actor import Actor
from core.models import GeneratedDocument
from core.uploads.checks import readable_size
from missions.conventions.enums import EtatConvention
from missions.conventions.models import Acte, Convention
from missions.conventions.services.actes import DOCUMENT_ACTE, DOCUMENT_PREUVE, DOCUMENT_PROJET
from projects.ingenierie.models import Ingenierie
from projects.papiers import Paper

_ROOM = "Convention"


def of_conventions(ingenierie: Ingenierie, actor: Actor) -> list[Paper]:
    """The drafts, and the texts that are to be signed or are: with their proofs. Three queries."""
    conventions = list(Convention.objects.filter(ingenierie=ingenierie))
    if not conventions:
        return []
    actes = list(
        Acte.objects.filter(convention__in=conventions).select_related("convention", "avenant").defer("contenu")
    )
    made: dict[tuple[str, int], GeneratedDocument] = {}
    for document in GeneratedDocument.objects.filter(
        document_type__in=(DOCUMENT_ACTE, DOCUMENT_PREUVE),
        object_type=Acte._meta.label_lower,
        object_id__in=[acte.pk for acte in actes],
    ).kept():
        made.setdefault((document.document_type, document.object_id), document)
    drafts = [_draft(row) for row in conventions if row.state == EtatConvention.PROJET]
    return [*drafts, *(_paper(acte, made) for acte in actes if acte.est_le_dernier)]


def _draft(convention: Convention) -> Paper:
    args = [convention.ingenierie_id, convention.pk]
    return Paper(
        f"Projet de convention {convention.reference}",
        _ROOM,
        reverse("missions:convention", args=args),
        note="À jour du dossier",
        files=(("DOCX", reverse("missions:convention_docx", args=args)),),
        printed=(DOCUMENT_PROJET, convention.pk),
    )


def _paper(acte: Acte, made: dict[tuple[str, int], GeneratedDocument]) -> Paper:
    objet = acte.objet
    files = []
    for code, label in ((DOCUMENT_ACTE, "PDF"), (DOCUMENT_PREUVE, "Preuves, PDF")):
        if document := made.get((code, acte.pk)):
            url = reverse("core:document", args=[document.pk]) + "?telecharger=1"
            files.append((f"{label}, {readable_size(document.size)}", url))
    name = str(acte.objet)
    return Paper(
        f"{name[:1].upper()}{name[1:]}",
        _ROOM,
        reverse("missions:acte", args=[acte.convention.ingenierie_id, acte.convention_id, acte.pk]),
        on=acte.le,
        by=acte.par,
        note=objet.get_state_display().capitalize(),
        files=tuple(files),
    )
