"""The synthesis printed: a preview of today, the versions that were kept, whole or without amounts; PDF and DOCX from
the same blocks."""

from __future__ import annotations

from typing import Any

from accounts.letterhead import letterhead
from core import clock
from core.actor import Actor
from core.documents import DOCUMENT_TYPES, BuiltDocument, DocumentType, EmbeddedFile
from core.documents.blocks import Block, Note
from core.documents.docx import BuiltDocx
from core.formats import format_date, format_datetime
from evaluation.synthese.contenu import blocs, construire
from evaluation.synthese.models import Synthese, VersionSynthese
from evaluation.synthese.permissions import readable, readable_versions
from evaluation.synthese.services.synthese import DOCUMENT, DOCUMENT_PROJET, DOCUMENT_SANS_COUTS

TEMPLATE = "evaluation/synthese/document.html"
KIND = "Synthèse de l’évaluation"


def _said(version: VersionSynthese) -> str:
    day = format_date(version.le)
    if version.arretee:
        return f"Synthèse arrêtée le {day}."
    return f"Version partagée le {day} pour recueillir des réactions : elle n’est pas arrêtée."


def _context(
    ingenierie: Any, contenu: dict[str, Any], blocks: list[Block], *, version: str, made: str, empreinte: str = ""
) -> dict[str, Any]:
    header = letterhead(ingenierie.pilote, kind=KIND, version=version, date=made, name=contenu["titre"])
    return {"header": header, "accroche": contenu["accroche"], "blocks": blocks, "empreinte": empreinte}


def _built(version: VersionSynthese, *, sans_couts: bool) -> BuiltDocument:
    contenu, ingenierie = version.data, version.synthese.ingenierie
    suffix = "-sans-montants" if sans_couts else ""
    # What is read without amounts holds none inside either.
    source = EmbeddedFile(f"synthese-{version.numero}.json", version.contenu.encode(), "Contenu (données)", "Source")
    return BuiltDocument(
        template=TEMPLATE,
        context=_context(
            ingenierie,
            contenu,
            [Note(_said(version)), *blocs(contenu, sans_couts=sans_couts)],
            version=f"Version {version.numero}",
            made=format_date(version.le),
            empreinte=version.empreinte,
        ),
        title=contenu["titre"],
        filename=f"synthese-evaluation-{ingenierie.pk}-v{version.numero}{suffix}.pdf",
        obj=version,
        scope=ingenierie,
        author=contenu["pilote"],
        subject=KIND,
        keywords=["évaluation", "synthèse", "DLA"],
        attachments=[] if sans_couts else [source],
    )


def _version(pk: int) -> VersionSynthese:
    return VersionSynthese.objects.select_related("synthese__ingenierie__pilote__region").get(pk=pk)


def build_version(object_id: int, actor: Actor, *, blank: bool = False) -> BuiltDocument:
    """A version that was kept, from its frozen content, which goes inside as JSON."""
    return _built(_version(object_id), sans_couts=False)


def build_sans_couts(object_id: int, actor: Actor, *, blank: bool = False) -> BuiltDocument:
    """The same without amounts."""
    return _built(_version(object_id), sans_couts=True)


def _synthese(pk: int) -> Synthese:
    found = Synthese.objects.select_related("ingenierie__pilote__region", "ingenierie__referent")
    return found.prefetch_related("ingenierie__associes").get(pk=pk)


def _draft() -> Note:
    return Note(f"Aperçu du {format_datetime(clock.now())} : brouillon, d’après le dossier de ce jour.")


def build_projet(object_id: int, actor: Actor, *, blank: bool = False) -> BuiltDocument:
    """The synthesis as it stands now, marked as a preview."""
    synthese = _synthese(object_id)
    contenu = construire(synthese)
    return BuiltDocument(
        template=TEMPLATE,
        context=_context(
            synthese.ingenierie,
            contenu,
            [_draft(), *blocs(contenu, manques=True)],
            version="",
            made=format_date(clock.today()),
        ),
        title=contenu["titre"],
        filename=f"synthese-evaluation-{synthese.ingenierie_id}-brouillon.pdf",
        obj=synthese,
        scope=synthese.ingenierie,
        author=contenu["pilote"],
        subject=KIND,
        keywords=["évaluation", "synthèse", "DLA"],
    )


def synthese_docx(synthese: Synthese, version: VersionSynthese | None) -> BuiltDocx:
    """The same as DOCX: the version that was fixed, else the text of today, told to be a draft."""
    ingenierie = synthese.ingenierie
    contenu = version.data if version else construire(synthese)
    head: list[Block] = [Note(_said(version))] if version else [_draft()]
    return BuiltDocx(
        title=contenu["titre"],
        subtitle=contenu["accroche"],
        filename=f"synthese-evaluation-{ingenierie.pk}.docx",
        header=letterhead(
            ingenierie.pilote,
            kind=KIND,
            version=f"Version {version.numero}" if version else "",
            date=format_date(version.le if version else clock.today()),
        ),
        blocks=[*head, *blocs(contenu, manques=version is None)],
        ending=f"Empreinte SHA-256 du contenu : {version.empreinte}. Le PDF scellé fait foi." if version else "",
        subject=KIND,
        keywords=("évaluation", "synthèse", "DLA"),
    )


def register() -> None:
    """Register the types of document; called once by :func:`evaluation.synthese.providers.register`."""
    DOCUMENT_TYPES.register(DOCUMENT_PROJET, DocumentType("Aperçu de la synthèse", build_projet, readable))
    DOCUMENT_TYPES.register(DOCUMENT, DocumentType(KIND, build_version, readable_versions, sealed=True))
    DOCUMENT_TYPES.register(
        DOCUMENT_SANS_COUTS,
        DocumentType("Synthèse de l’évaluation, sans les montants", build_sans_couts, readable_versions, sealed=True),
    )
