"""A document of six pages with every part the kernel offers: for the tests and for ``bench/pdf.py``."""

from __future__ import annotations

import base64
from decimal import Decimal
from pathlib import Path
from typing import Any

from core.documents import Column, DocumentHeader, Picture, Table
from core.formats import format_money_plain

TEMPLATES_DIR = Path(__file__).parent / "essai" / "templates"
TEMPLATE = "essai/document.html"
TITLE = "Communication de projets artistiques en milieu rural"

# One grey pixel: the smallest image that is one.
PIXEL = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg==")

PARAGRAPH = (
    "Les structures concernées, compagnies, festivals et lieux de fabrique, partagent une même difficulté : faire "
    "connaître leurs projets au-delà de leur commune d’implantation, auprès des habitants comme des financeurs. "
    "L’accompagnement collectif doit leur permettre de construire un argumentaire, de choisir leurs outils et de "
    "mutualiser ce qui peut l’être, sans effacer ce qui fait la singularité de chacune. "
)


def context(*, blank: bool = False, paragraphs: int = 3) -> dict[str, Any]:
    """The context of the sample; ``paragraphs`` makes each rubric longer."""
    long_text = "\n\n".join([PARAGRAPH] * paragraphs)
    lists = "Trois attentes :\n- un diagnostic partagé ;\n- un plan d’action à deux ans ;\n- des outils communs."
    return {
        "blank": blank,
        "header": DocumentHeader(
            pilot="DLA de la Drôme – Association Léon & Œuvres",
            kind="Cahier des charges",
            reference="26-2026-014",
            version="Version 2",
            date="21 novembre 2026",
            logo=Picture(PIXEL, "Logo du DLA de la Drôme"),
        ),
        "accroche": "Douze associations culturelles apprennent ensemble à se faire connaître.",
        "identite": [
            ("Pilote", "DLA de la Drôme"),
            ("Territoire", "Drôme, Ardèche → région Auvergne-Rhône-Alpes"),
            ("Structures", "12 structures ≥ 1 ETP, œuvrant dans le spectacle vivant"),
            ("Intervention", lists),
            ("Référent", ""),
        ],
        "rubriques": [
            (name, long_text + ("\n\n" + lists if name == "Objectifs" else ""), "Ce qui a été constaté." * (i % 2))
            for i, name in enumerate(
                ("Contexte", "Problématique", "Objectifs", "Contenu de l’intervention", "Livrables", "Méthode")
            )
        ],
        "budget": Table(
            caption="Budget prévisionnel",
            columns=[Column("Poste"), Column("Financeur"), Column("Montant TTC", number=True)],
            rows=[
                [f"Journée de travail collectif n° {i}", "Fonds DLA", format_money_plain(Decimal("1191.22") * i)]
                for i in range(1, 31)
            ],
            total=["Total", "", format_money_plain(Decimal("553917.30"))],
        ),
        "pieces": [("Proposition d’intervention", True), ("Références de moins de 3 ans", True), ("RIB", False)],
        "parties": ["Pour le DLA", "Pour le prestataire"],
        "calendrier": Table(
            columns=[Column(m) for m in ("Étape", "Janvier", "Février", "Mars", "Avril")],
            rows=[[f"Séance {i}", "☑", "✓", "—", "½ journée"] for i in range(1, 6)],
            blank=5,
        ),
    }
