"""The presentation sheet of an ingénierie (000, fiche pratique 5) as PDF and as DOCX."""

from __future__ import annotations

from accounts.letterhead import letterhead
from core import clock
from core.actor import Actor
from core.documents import DOCUMENT_TYPES, BuiltDocument, DocumentHeader, DocumentType, Table
from core.documents.blocks import Block, Definitions, Heading, Note
from core.documents.docx import BuiltDocx
from core.formats import NBSP, format_date
from engagement.presentation.fiche import Fiche, Groupe, build
from projects.ingenierie.attachments import readable
from projects.ingenierie.models import Ingenierie


def blocks_of(fiche: Fiche) -> list[Block]:
    """The sheet as blocks of a document, its parts at level 2: what is written. What is not yet is said once."""
    told: list[Block] = [Definitions(fiche.identite)]
    for partie in fiche.parties:
        inside = [block for groupe in partie.groupes for block in groupe_blocks(groupe)]
        if inside:
            told += [Heading(partie.titre, 2), *inside]
    if fiche.manques:
        told.append(Note(f"Reste à écrire{NBSP}: {', '.join(_lower(ligne.label) for ligne in fiche.manques)}."))
    return told


def groupe_blocks(groupe: Groupe) -> list[Block]:
    """What one group of the sheet says, under its own heading when it has one."""
    told: list[Block] = []
    rows: list[tuple[str, str]] = []

    def close() -> None:
        if rows:
            told.append(Definitions(tuple(rows)))
            rows.clear()

    for ligne in groupe.lignes:
        if ligne.text:
            rows.append((ligne.label, ligne.text))
        if ligne.table is not None:
            close()
            caption = "" if ligne.text else ligne.label
            told.append(
                Table(columns=ligne.table.columns, rows=ligne.table.rows, total=ligne.table.total, caption=caption)
            )
    close()
    return [Heading(groupe.label, 3), *told] if groupe.label and told else told


def _lower(label: str) -> str:
    return label[:1].lower() + label[1:]


FICHE = "fiche_presentation"
KIND = "Fiche de présentation d’une ingénierie"


def _ingenierie(pk: int) -> Ingenierie:
    return Ingenierie.objects.select_related("pilote", "referent").prefetch_related("associes").get(pk=pk)


def _header(ingenierie: Ingenierie) -> DocumentHeader:
    return letterhead(ingenierie.pilote, kind=KIND, date=f"À jour le {format_date(clock.today())}")


def build_fiche(object_id: int, actor: Actor, *, blank: bool = False) -> BuiltDocument:
    """The sheet of the ingénierie ``object_id`` as its dossier stands now."""
    ingenierie = _ingenierie(object_id)
    return BuiltDocument(
        template="engagement/presentation/fiche_document.html",
        context={
            "header": _header(ingenierie),
            "accroche": ingenierie.accroche,
            "blocks": blocks_of(build(ingenierie)),
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
        blocks=blocks_of(build(ingenierie)),
        subject=KIND,
        keywords=("ingénierie", "DLA"),
    )


def register() -> None:
    """Register the types of document; called once by :func:`engagement.presentation.providers.register`."""
    DOCUMENT_TYPES.register(FICHE, DocumentType("Fiche de présentation", build_fiche, readable))
