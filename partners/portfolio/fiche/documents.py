"""The fiche in print: filled, or blank to be prepared by hand before it is typed."""

from __future__ import annotations

from collections.abc import Collection

from core import clock
from core.actor import Actor
from core.documents import DOCUMENT_TYPES, BuiltDocument, DocumentHeader, DocumentType
from core.formats import format_date
from partners.portfolio.fiche.models.fiche import FicheVersion
from partners.portfolio.fiche.reading import label_of, loaded, price, sections
from partners.portfolio.fiche.rubriques import RUBRIQUES

DOCUMENT_FICHE = "fiche_prestataire"


def viewable(ids: Collection[int], actor: Actor) -> set[int]:
    """Of these versions, those ``actor`` may read."""
    return set(FicheVersion.objects.visible_to(actor).filter(pk__in=ids).values_list("pk", flat=True))


def build(object_id: int, actor: Actor, *, blank: bool = False) -> BuiltDocument:
    """The version ``object_id``, rubric by rubric; blank: the same rubrics with rules to write on."""
    fiche = loaded(FicheVersion.objects.all()).get(pk=object_id)
    name = "Fiche de prestataire" if blank else str(fiche.raison_sociale or fiche.prestataire)
    version = "" if blank else f"Version {fiche.numero}, {fiche.get_state_display()}"
    when = fiche.decided_at or fiche.submitted_at or clock.now()
    return BuiltDocument(
        template="portfolio/fiche/fiche_pdf.html",
        context={
            "header": DocumentHeader(
                kind="Portefeuille régional des prestataires",
                pilot="" if blank else f"Région {fiche.prestataire.region}",
                version=version,
                date="" if blank else format_date(when),
            ),
            "sections": sections(fiche, whole=False),
            "rubriques": [
                {
                    "titre": rubrique.titre,
                    "labels": [label_of(n) for n in (*rubrique.fields, *rubrique.many) if not n.startswith("public")],
                    "blocks": rubrique.blocks,
                }
                for rubrique in RUBRIQUES
            ],
            "price": price(fiche),
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
