"""What « Engager » prints: the presentation sheet of an ingénierie (000, fiche pratique 5), as PDF and as DOCX."""

from __future__ import annotations

from core import clock
from core.actor import Actor
from core.documents import DOCUMENT_TYPES, BuiltDocument, DocumentHeader, DocumentType
from core.documents.docx import BuiltDocx
from core.formats import format_date
from engagement import presentation
from projects.documents import readable
from projects.models import Ingenierie

FICHE = "fiche_presentation"
KIND = "Fiche de présentation d’une ingénierie"


def _ingenierie(pk: int) -> Ingenierie:
    return Ingenierie.objects.select_related("pilote", "referent").prefetch_related("associes").get(pk=pk)


def _header(ingenierie: Ingenierie) -> DocumentHeader:
    return DocumentHeader(pilot=str(ingenierie.pilote), kind=KIND, date=f"À jour le {format_date(clock.today())}")


def build_fiche(object_id: int, actor: Actor, *, blank: bool = False) -> BuiltDocument:
    """The sheet of the ingénierie ``object_id`` as its dossier stands now."""
    ingenierie = _ingenierie(object_id)
    return BuiltDocument(
        template="engagement/fiche_document.html",
        context={
            "header": _header(ingenierie),
            "accroche": ingenierie.accroche,
            "blocks": presentation.blocks(presentation.build(ingenierie)),
        },
        title=ingenierie.titre,
        filename=f"fiche-presentation-{ingenierie.pk}.pdf",
        obj=ingenierie,
        author=str(ingenierie.pilote),
        subject=KIND,
        keywords=["ingénierie", "DLA"],
    )


def fiche_docx(ingenierie: Ingenierie) -> BuiltDocx:
    """The same as DOCX."""
    return BuiltDocx(
        title=ingenierie.titre,
        subtitle=ingenierie.accroche,
        filename=f"fiche-presentation-{ingenierie.pk}.docx",
        header=_header(ingenierie),
        blocks=presentation.blocks(presentation.build(ingenierie)),
        subject=KIND,
        keywords=("ingénierie", "DLA"),
    )


def register() -> None:
    """Register the types of document; called once by :func:`engagement.providers.register`."""
    DOCUMENT_TYPES.register(FICHE, DocumentType("Fiche de présentation", build_fiche, readable))
