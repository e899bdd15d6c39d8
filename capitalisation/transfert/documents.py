"""The plan of transfer printed, as it stands: PDF and DOCX from the same blocks."""

from __future__ import annotations

from accounts.letterhead import letterhead
from capitalisation.transfert.enums import Nature, Suite
from capitalisation.transfert.models import LigneTransfert, PlanTransfert
from capitalisation.transfert.permissions import readable
from capitalisation.transfert.services.plan import DOCUMENT
from core import clock
from core.actor import Actor
from core.documents import DOCUMENT_TYPES, BuiltDocument, Column, DocumentType, Table
from core.documents.blocks import Block, Definitions, Heading, Note, Prose
from core.documents.docx import BuiltDocx
from core.formats import format_date

TEMPLATE = "capitalisation/transfert/document.html"
KIND = "Plan de capitalisation et de transfert"
_KEYWORDS = ("capitalisation", "transfert", "DLA")


def _plan(pk: int) -> PlanTransfert:
    return PlanTransfert.objects.select_related("ingenierie__pilote__region").get(pk=pk)


def _stands(plan: PlanTransfert) -> str:
    if not plan.is_decided:
        return f"Brouillon au {format_date(clock.today())} : rien n’est encore décidé."
    decision = "rien n’est à transférer" if plan.suite == Suite.RIEN else "transférer"
    return f"Décision du {format_date(plan.decide_at)} : {decision}. État au {format_date(clock.today())}."


def who(label: str, names: str) -> str:
    """« Les intervenants de l’ingénierie : Cabinet A, Cabinet B »."""
    told = ", ".join(filter(None, (line.strip() for line in names.splitlines())))
    return f"{label} : {told}" if told else label


def when(ligne: LigneTransfert) -> str:
    """« fait le…», « abandonné : … », « pour le… »."""
    if ligne.fait_le:
        return f"fait le {format_date(ligne.fait_le)}"
    if ligne.sans_suite:
        return f"abandonné : {ligne.sans_suite}"
    return f"pour le {format_date(ligne.prevu_le)}" if ligne.prevu_le else "à dater"


def blocs(plan: PlanTransfert) -> list[Block]:
    """The document."""
    told: list[Block] = [Note(_stands(plan))]
    kept = [(label[:1].upper() + label[1:], getattr(plan, code)) for code, label in Nature.choices]
    if any(text.strip() for _, text in kept):
        told += [Heading("Ce que l’on garde"), Definitions([(label, text or "—") for label, text in kept])]
    if plan.avis:
        rows = [(f"Avis du {format_date(plan.avis_le)}", plan.avis)]
        if plan.avis_suite:
            rows.append(("Ce qui en est repris", plan.avis_suite))
        told += [Heading("Avis du comité d’appui"), Definitions(rows)]
    told.append(Heading("Ce qui est transférable"))
    if plan.suite == Suite.RIEN:
        told.append(Prose(plan.motif_rien or "Rien à transférer ; la raison reste à écrire."))
        return told
    told.append(
        Definitions(
            [
                ("Quelles informations sont transférables ?", plan.transferables or "Reste à écrire."),
                ("Quels sont les objectifs de ces transferts d’information ?", plan.objectifs or "Reste à écrire."),
            ]
        )
    )
    lignes = list(plan.lignes.all())
    if lignes:
        told += [
            Heading("Les transferts"),
            Table(
                columns=[Column(label) for label in ("Quoi", "À qui", "Par qui", "Forme et ton", "Quand")],
                rows=[
                    [
                        f"{ligne.quoi} ({ligne.get_nature_display()})",
                        who(ligne.get_destinataire_display(), ligne.qui),
                        who(ligne.get_responsable_display(), ligne.responsable_qui),
                        f"{ligne.forme_dite}, {ligne.ton_dit}",
                        when(ligne),
                    ]
                    for ligne in lignes
                ],
                caption="Les transferts : quoi, à qui, par qui, comment, quand",
            ),
        ]
    return told


def build(object_id: int, actor: Actor, *, blank: bool = False) -> BuiltDocument:
    """The plan as it stands."""
    plan = _plan(object_id)
    ingenierie = plan.ingenierie
    return BuiltDocument(
        template=TEMPLATE,
        context={
            "header": letterhead(
                ingenierie.pilote, kind=KIND, version="", date=format_date(clock.today()), name=ingenierie.titre
            ),
            "accroche": ingenierie.accroche,
            "blocks": blocs(plan),
        },
        title=ingenierie.titre,
        filename=f"plan-transfert-{ingenierie.pk}.pdf",
        obj=plan,
        scope=ingenierie,
        author=str(ingenierie.pilote),
        subject=KIND,
        keywords=list(_KEYWORDS),
    )


def plan_docx(plan: PlanTransfert) -> BuiltDocx:
    """The same as DOCX."""
    ingenierie = plan.ingenierie
    return BuiltDocx(
        title=ingenierie.titre,
        subtitle=ingenierie.accroche,
        filename=f"plan-transfert-{ingenierie.pk}.docx",
        header=letterhead(ingenierie.pilote, kind=KIND, version="", date=format_date(clock.today())),
        blocks=blocs(plan),
        ending="",
        subject=KIND,
        keywords=_KEYWORDS,
    )


def register() -> None:
    """Called once by :func:`capitalisation.transfert.providers.register`."""
    DOCUMENT_TYPES.register(DOCUMENT, DocumentType(KIND, build, readable))
