"""The fiche in print: filled, or blank to be prepared by hand before it is typed."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db import models

from accounts.letterhead import c2ra_of, letterhead
from core import clock
from core.actor import Actor
from core.documents import DOCUMENT_TYPES, BuiltDocument, DocumentType
from core.formats import NBSP, format_date
from partners.portfolio.fiche.enums import EtatFiche
from partners.portfolio.fiche.models.fiche import FicheVersion
from partners.portfolio.fiche.reading import Section, label_of, loaded, sections
from partners.portfolio.fiche.rubriques import RUBRIQUES

DOCUMENT_FICHE = "fiche_prestataire"
#: What steers the publication of a fiche, and is said to nobody else.
INTERNAL = frozenset({"charte", "public", "public_references", "public_prix"})
MANY = frozenset({"departements", "regions", "secteurs", "domaines", "themes", "types"})
#: The lists short enough for a sheet of paper.
LISTED = frozenset({"secteurs", "domaines", "themes", "types"})
LONG = frozenset({"presentation", "methode", "reseaux", "autres"})
SEPARATOR = f"{NBSP}· "


def viewable(ids: Collection[int], actor: Actor) -> set[int]:
    """Of these versions, those ``actor`` may read."""
    return set(FicheVersion.objects.visible_to(actor).filter(pk__in=ids).values_list("pk", flat=True))


def _section(fiche: FicheVersion, section: Section) -> dict[str, Any]:
    """A rubric as it is shown to a client: without what only steers its publication."""
    rows = []
    for line in section.lines:
        if line.champ in INTERNAL:
            continue
        # Names that hold commas are not parted by commas.
        value = (
            SEPARATOR.join(str(row) for row in getattr(fiche, line.champ).all()) if line.champ in MANY else line.value
        )
        rows.append((line.label, value))
    return {
        "titre": section.titre,
        "rows": rows,
        "references": section.references,
        "intervenants": section.intervenants,
        "pieces": section.pieces,
    }


def _options(name: str) -> list[str]:
    """What one chooses among in the field ``name``; nothing for what is written."""
    field = FicheVersion._meta.get_field(name)
    if field.choices:
        return [str(label) for _, label in field.choices]
    if name in LISTED:
        return [str(row) for row in field.related_model.objects.current()]
    return ["oui", "non"] if isinstance(field, models.BooleanField) else []


def _blank_rubriques() -> list[dict[str, Any]]:
    """The rubrics to prepare by hand: rules to write on, and the boxes of what one chooses among."""
    told = []
    for rubrique in RUBRIQUES:
        names = [name for name in (*rubrique.fields, *rubrique.many) if name not in INTERNAL]
        told.append(
            {
                "titre": rubrique.titre,
                "lines": [
                    {"label": label_of(name), "lines": 7 if name in LONG else 1} for name in names if not _options(name)
                ],
                "choices": [
                    {"label": label_of(name), "options": [(option, False) for option in options]}
                    for name in names
                    if (options := _options(name))
                ],
                "blocks": rubrique.blocks,
            }
        )
    return told


def _state(fiche: FicheVersion) -> str:
    """Where this text stands, for who reads it on paper."""
    if fiche.state == EtatFiche.FIGEE and fiche.decided_at:
        return f"Publiée le {format_date(fiche.decided_at)}"
    return f"Texte non publié, imprimé le {format_date(clock.today())}"


def build(object_id: int, actor: Actor, *, blank: bool = False) -> BuiltDocument:
    """The version ``object_id``, rubric by rubric; blank: the same rubrics with rules to write on."""
    fiche = loaded(FicheVersion.objects.all()).get(pk=object_id)
    name = "Fiche de prestataire" if blank else str(fiche.raison_sociale or fiche.prestataire)
    state = _state(fiche)
    return BuiltDocument(
        template="portfolio/fiche/fiche_pdf.html",
        context={
            "header": letterhead(
                c2ra_of(fiche.prestataire.region_id),
                kind=f"Portefeuille des prestataires, région {fiche.prestataire.region}",
                version="" if blank else state,
            ),
            "sections": [] if blank else [_section(fiche, section) for section in sections(fiche, whole=False)],
            "rubriques": _blank_rubriques() if blank else [],
        },
        title=name,
        filename="fiche-vierge.pdf" if blank else f"fiche-{fiche.prestataire.siret}-v{fiche.numero}.pdf",
        obj=fiche,
        scope=fiche.prestataire,
        author=name,
        subject="Fiche de prestataire",
        keywords=["prestataire", "DLA"],
    )


def register() -> None:
    """Called once by :func:`partners.portfolio.providers.register`."""
    DOCUMENT_TYPES.register(DOCUMENT_FICHE, DocumentType("Fiche de prestataire", build, viewable, has_blank=True))
