"""The printed diagnostic, and the blank one to be filled by hand with the structure."""

from __future__ import annotations

from collections.abc import Collection

from django.utils.text import slugify

from accounts.letterhead import letterhead
from core.actor import Actor
from core.documents import BuiltDocument, Column, DocumentType, Table
from core.formats import format_date
from structures.diagnostics.content import content_of
from structures.diagnostics.enums import EtatDiagnostic, ReponseStructure
from structures.diagnostics.models import Diagnostic, ReponseDiagnostic
from structures.diagnostics.rubriques import RUBRIQUES, TITRE_BESOINS

CODE = "diagnostic"
#: Rules of a blank rubric.
LINES = 6


def _besoins(rows: list[dict]) -> Table:
    return Table(
        columns=[Column("Besoin"), Column("Thème"), Column("Priorité"), Column("Exprimé par")],
        rows=[
            [
                row["texte"],
                f"{row['theme']} : {row['detail']}" if row["detail"] else row["theme"],
                row["priorite"],
                row["origine"][:1].upper() + row["origine"][1:],
            ]
            for row in rows
        ],
        caption=TITRE_BESOINS,
        blank=6,
    )


def parts_of(content: dict) -> dict:
    """The rubrics and the needs of a content (``content.content_of``), as ``document.html`` prints them."""
    texts = {r["code"]: r["texte"] for r in content["rubriques"]}
    return {
        "rubriques": [(r.titre, texts.get(r.code, ""), r.help, LINES) for r in RUBRIQUES],
        "besoins": _besoins(content["besoins"]),
    }


def _validation(diagnostic: Diagnostic) -> str:
    found = (
        ReponseDiagnostic.objects.filter(
            partage__diagnostic=diagnostic,
            partage__numero=diagnostic.numero_partage,
            reponse=ReponseStructure.VALIDE,
        )
        .order_by("-recue_le", "-pk")
        .first()
    )
    if found is None:
        return ""
    who = f"{found.nom}, {found.fonction}" if found.fonction else found.nom
    return f"Validé pour la structure le {format_date(found.date)} par {who}, {found.get_mode_display().lower()}."


def build(object_id: int, actor: Actor, *, blank: bool = False) -> BuiltDocument:
    """What the printed diagnostic says. Raises ``Diagnostic.DoesNotExist``."""
    found = Diagnostic.objects.select_related("structure__departement", "structure__secteur", "organisation")
    diagnostic = found.get(pk=object_id)
    structure = diagnostic.structure
    content = content_of(diagnostic)
    state = EtatDiagnostic(diagnostic.state)
    version = f"Partage n° {diagnostic.numero_partage}" if state != EtatDiagnostic.BROUILLON else "Brouillon"
    title = "Diagnostic partagé" if blank else f"Diagnostic partagé : {structure}"
    return BuiltDocument(
        template="structures/diagnostics/document.html",
        context={
            "header": letterhead(
                diagnostic.organisation,
                kind="Trame à remplir avec la structure" if blank else "Diagnostic partagé avec la structure",
                version="" if blank else version,
                date="" if blank or not content["date"] else f"Diagnostic du {content['date']}",
            ),
            "draft": not blank and state == EtatDiagnostic.BROUILLON,
            "facts": [
                ("Structure", str(structure)),
                ("Secteur et département", f"{structure.secteur}, {structure.departement}"),
                ("Date du diagnostic", content["date"]),
            ],
            **parts_of(content),
            "validation": "" if blank else _validation(diagnostic),
            "signatories": ["Pour la structure", "Pour le DLA"],
        },
        title=title,
        filename="trame-diagnostic.pdf" if blank else f"diagnostic-{slugify(structure.name)[:60]}.pdf",
        obj=diagnostic,
        author=str(diagnostic.organisation),
        subject="Diagnostic partagé d’une structure",
    )


def readable(ids: Collection[int], actor: Actor) -> set[int]:
    """Those of the diagnostics ``ids`` that the actor reads."""
    return set(Diagnostic.objects.visible_to(actor).filter(pk__in=ids).values_list("pk", flat=True))


DIAGNOSTIC_PDF = DocumentType(label="Diagnostic partagé", build=build, can_view=readable, has_blank=True)
