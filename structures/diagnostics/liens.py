"""The personal link by which a structure reads its diagnostic, and validates it or asks for changes."""

from __future__ import annotations

from django.urls import reverse

from accounts.links import LINK_PURPOSES, LinkPurpose
from core.contacts import addresses
from core.formats import format_date
from structures.diagnostics import permissions
from structures.diagnostics.enums import EtatDiagnostic
from structures.diagnostics.lien import Lecture
from structures.diagnostics.models import Diagnostic
from structures.diagnostics.services import LIEN


def _load(pk: int) -> Diagnostic | None:
    return Diagnostic.objects.select_related("structure", "organisation").filter(pk=pk).first()


def _asks(diagnostic: Diagnostic) -> str:
    return (
        f"{diagnostic.organisation} a fait avec {diagnostic.structure} un diagnostic, le "
        f"{format_date(diagnostic.date)}. Relisez-le : il doit dire ce que vous y reconnaissez. Validez-le, ou dites "
        "ce qui est à modifier."
    )


def _closed(diagnostic: Diagnostic) -> str:
    if diagnostic.state == EtatDiagnostic.PARTAGE:
        return ""
    if diagnostic.state == EtatDiagnostic.CLOS:
        return "Ce diagnostic est clos : il n’attend plus de réponse."
    return "Ce diagnostic est en cours de rédaction : il vous sera de nouveau envoyé."


def _suggests(diagnostic: Diagnostic) -> list[tuple[str, str]]:
    return addresses(diagnostic.structure)


def register() -> None:
    """Called once by ``StructuresConfig.ready``."""
    LINK_PURPOSES.register(
        LIEN,
        LinkPurpose(
            label="Validation du diagnostic",
            model="structures.diagnostic",
            subject=lambda diagnostic: f"Le diagnostic de {diagnostic.structure}",
            asks=_asks,
            duration="un quart d’heure",
            shows="tout ce qui a été partagé du diagnostic : ses rubriques et ses besoins",
            thanks="Votre réponse est transmise à qui vous accompagne : vos remarques seront reprises avec vous.",
            url=lambda diagnostic: reverse("structures:diagnostic", args=[diagnostic.pk]),
            reads=permissions.can_view,
            refusal=permissions.why_not_write,
            pages={"": Lecture.as_view()},
            loader=_load,
            closed=_closed,
            suggests=_suggests,
        ),
    )
