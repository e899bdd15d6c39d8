"""The personal link of a recipient: it reads what was sent to it, and answers while the synthesis is shared."""

from __future__ import annotations

from django.urls import reverse

from accounts.links import LINK_PURPOSES, LinkPurpose
from core.actor import Actor
from core.documents.frozen import kept_document, produce
from core.files import default_storage
from core.formats import format_date
from evaluation.questionnaires.permissions import of_the_team
from evaluation.synthese.enums import EtatSynthese, Lecture
from evaluation.synthese.models import DestinataireSynthese
from evaluation.synthese.permissions import why_not_write
from evaluation.synthese.services.liens import LECTURE
from evaluation.synthese.services.synthese import DOCUMENT, DOCUMENT_SANS_COUTS
from evaluation.synthese.views import liens

#: A file larger than this is read by the link rather than attached.
ATTACHED_BYTES = 8_000_000


def _load(pk: int) -> DestinataireSynthese | None:
    found = DestinataireSynthese.objects.select_related("synthese__ingenierie__pilote__region", "version_recue")
    return found.filter(pk=pk).first()


def document_of(row: DestinataireSynthese) -> str:
    """The code of the document that this recipient reads."""
    return DOCUMENT_SANS_COUTS if row.lecture == Lecture.SANS_COUTS else DOCUMENT


def _asks(row: DestinataireSynthese) -> str:
    ingenierie = row.synthese.ingenierie
    begins = f"{ingenierie.pilote} vous adresse la synthèse de l’évaluation de « {ingenierie.titre} »"
    if row.synthese.state == EtatSynthese.ARRETEE:
        return f"{begins}, arrêtée le {format_date(row.synthese.arretee_at)} : elle est à lire, et à garder."
    return f"{begins}. Elle n’est pas encore arrêtée : lisez-la, et dites ce qui vous paraît juste, inexact ou oublié."


def _attachments(row: DestinataireSynthese) -> list[tuple[str, bytes, str]]:
    """The PDF, when it is to go with the mail: asked by the worker that sends it."""
    if not row.pdf_joint or row.version_recue is None:
        return []
    code = document_of(row)
    document = kept_document(row.version_recue, code)
    if document is None:
        # The mail was quicker than the printing.
        document = produce(code, row.version_recue_id, actor=Actor.system("envoi de la synthèse"), keep=True)
    if document.size > ATTACHED_BYTES:
        return []
    with default_storage.open(document.storage_key) as file:
        return [(document.filename, file.read(), "application/pdf")]


def register() -> None:
    """Called once by :func:`evaluation.synthese.providers.register`."""
    LINK_PURPOSES.register(
        LECTURE,
        LinkPurpose(
            label="Synthèse de l’évaluation",
            model="evaluation.destinatairesynthese",
            subject=lambda row: f"Synthèse de l’évaluation de « {row.synthese.ingenierie.titre} »",
            asks=_asks,
            duration="un quart d’heure de lecture",
            shows="la dernière version de la synthèse qui lui a été envoyée, avec ou sans les montants",
            thanks="Votre réaction est transmise à qui conduit l’évaluation.",
            url=lambda row: reverse("evaluation:synthese_destinataires", args=[row.synthese.ingenierie_id]),
            reads=lambda actor, row: of_the_team(actor, row.synthese.ingenierie),
            refusal=lambda actor, row: why_not_write(actor, row.synthese.ingenierie) or None,
            pages={"": liens.Lire.as_view(), "pdf": liens.Pdf.as_view()},
            single_use=False,
            lifetime=None,
            loader=_load,
            scope=lambda row: row.synthese.ingenierie,
            attachments=_attachments,
            issuer=lambda actor, row: row.synthese.ingenierie.pilote,
        ),
    )
