"""What a synthesis says, as plain data: read live for the page and a preview, kept as JSON when it is shared or fixed.

Then drawn as blocks (:func:`blocs`), for the page of a link, the PDF and the DOCX; amounts are left out of what is read
without them.
"""

from __future__ import annotations

from dataclasses import asdict
from decimal import Decimal
from typing import Any

from core.documents import Column, Table
from core.documents.blocks import Block, Definitions, Heading, Note, Prose
from engagement.presentation.documents import groupe_blocks
from engagement.presentation.fiche import Fiche, build
from evaluation.synthese.models import Synthese
from evaluation.synthese.registry import Fait, faits_de
from mobilisation.projet.enums import Registre
from projects.ingenierie.mobilisation import Mobilisation

#: Each register: its questions, by field of :class:`Synthese`.
QUESTIONS: dict[str, tuple[tuple[str, str], ...]] = {
    Registre.COHERENCE: (
        ("coherence", "Les moyens étaient-ils adaptés aux objectifs ?"),
        ("complementarite", "Les moyens étaient-ils complémentaires ?"),
    ),
    Registre.PERTINENCE: (("pertinence", "Les objectifs répondaient-ils à la problématique ?"),),
    Registre.EFFICACITE: (("efficacite", "Les résultats répondent-ils aux objectifs ?"),),
    Registre.EFFICIENCE: (("efficience", "Les résultats sont-ils à la hauteur des moyens ?"),),
}
COLLECTE: tuple[tuple[str, str], ...] = (
    ("rappel", "Problématique, objectifs, moyens et résultats repris comme base"),
    ("derniers_elements", "Derniers éléments demandés aux structures, aux partenaires et aux intervenants"),
    ("sources", "Sources réunies : comptes rendus, entretiens, documents"),
    ("methode_collecte", "Méthode de collecte"),
)
#: S12, A: the five of « Présenter la démarche », by part of the fiche de présentation.
PRESENTATION = {
    "problematique": "Problématique révélée",
    "objectifs": "Objectifs fixés",
    "moyens": "Moyens mobilisés",
    "beneficiaires": "Bénéficiaires touchés",
    "action": "Actions réalisées",
}


def construire(synthese: Synthese) -> dict[str, Any]:
    """All that the synthesis says now."""
    ingenierie = synthese.ingenierie
    faits = faits_de(ingenierie)
    return {
        "titre": ingenierie.titre,
        "accroche": ingenierie.accroche,
        "pilote": str(ingenierie.pilote),
        "presentation": presentation(build(ingenierie)),
        "collecte": {name: getattr(synthese, name) for name, _ in COLLECTE},
        "registres": registres(synthese, faits),
        "enseignements": synthese.enseignements,
    }  # fmt: skip


def registres(synthese: Synthese, faits: dict[str, list[Fait]]) -> list[dict[str, Any]]:
    """The four registers: their texts, their facts."""
    return [
        {
            "code": str(code),
            "textes": {name: getattr(synthese, name) for name, _ in questions},
            "faits": [_plain(fait) for fait in faits[code]],
        }
        for code, questions in QUESTIONS.items()
    ]


def _plain(fait: Fait) -> dict[str, Any]:
    told = asdict(fait)
    told.pop("source_url")
    told["nombres"] = [None if n is None else str(n) for n in fait.nombres]
    return told


def presentation(fiche: Fiche) -> dict[str, Any]:
    """The fiche de présentation as data: its identity, its five parts in the order of « Présenter la démarche »."""
    parts = {partie.code: partie for partie in fiche.parties}
    parties = []
    for code, titre in PRESENTATION.items():
        groupes = []
        for groupe in parts[code].groupes:
            kept = [plain for block in groupe_blocks(groupe) if (plain := _kept(block))]
            told: dict[str, Any] = {"argent": groupe.label == "Financiers", "blocs": kept}
            if code == "beneficiaires":
                told["sans_couts"] = [_without_amounts(one, fiche.ingenierie) for one in kept]
            groupes.append(told)
        parties.append({"code": code, "titre": titre, "groupes": groupes})
    return {"identite": [[str(label), str(text)] for label, text in fiche.identite], "parties": parties}


def _without_amounts(kept: dict[str, Any], ingenierie: Any) -> dict[str, Any]:
    """What of the structures is read without amounts: who they are and where they stand, not what each weighs."""
    if kept["sorte"] == "lignes":
        mobilisation = Mobilisation.of(ingenierie).phrase
        return {**kept, "lignes": [[a, mobilisation if a == "Nom" else b] for a, b in kept["lignes"]]}
    if kept["sorte"] == "tableau":
        keep = [n for n, (label, _) in enumerate(kept["colonnes"]) if not label.startswith("Poids")]
        return {
            **kept,
            "colonnes": [kept["colonnes"][n] for n in keep],
            "lignes": [[row[n] for n in keep] for row in kept["lignes"]],
            "total": None,
        }
    return kept


def _kept(block: Block) -> dict[str, Any] | None:
    if isinstance(block, Heading):
        return {"sorte": "titre", "texte": block.text}
    if isinstance(block, Definitions):
        return {"sorte": "lignes", "lignes": [[str(a), str(b)] for a, b in block.rows]}
    if isinstance(block, Table):
        return {
            "sorte": "tableau",
            "colonnes": [[column.label, column.number] for column in block.columns],
            "lignes": [[str(cell) for cell in row] for row in block.rows],
            "total": [str(cell) for cell in block.total] if block.total else None,
            "titre": block.caption,
        }
    return None


# --- Blocks ---------------------------------------------------------------------------------------------------------


def blocs(
    contenu: dict[str, Any], *, sans_couts: bool = False, sans_structures: bool = False, manques: bool = False
) -> list[Block]:
    """The document. ``sans_structures``: none is named; ``manques``: what is not written yet is said (a preview)."""
    annexes: list[Block] = []
    shown = _presentation(contenu, annexes, sans_couts, sans_structures)
    told: list[Block] = [Heading("Présenter la démarche", 2), *shown]
    collecte = [(label, text) for name, label in COLLECTE if (text := contenu["collecte"][name].strip())]
    if collecte:
        told += [Heading("Comment l’évaluation a été faite", 2), Definitions(collecte)]
    for registre in contenu["registres"]:
        told += _registre(registre, sans_couts, manques)
    if contenu["enseignements"].strip():
        told += [Heading("Ce que l’on en retient", 2), Prose(contenu["enseignements"])]
    if annexes:
        told += [Heading("Annexe : les tableaux de la fiche de présentation", 2), *annexes]
    return told


def blocs_presentation(contenu: dict[str, Any]) -> list[Block]:
    """« Présenter la démarche » alone, its tables after its text."""
    annexes: list[Block] = []
    told = _presentation(contenu, annexes, False, False)
    return [*told, *annexes]


def _presentation(
    contenu: dict[str, Any], annexes: list[Block], sans_couts: bool, sans_structures: bool
) -> list[Block]:
    told: list[Block] = [Definitions([(a, b) for a, b in contenu["presentation"]["identite"]])]
    for partie in contenu["presentation"]["parties"]:
        inside: list[Block] = []
        tables: list[Block] = []
        for groupe in partie["groupes"]:
            if sans_couts and groupe["argent"]:
                continue
            for kept in (groupe.get("sans_couts") if sans_couts else None) or groupe["blocs"]:
                block = _block(kept)
                if sans_structures and partie["code"] == "beneficiaires" and isinstance(block, Table):
                    continue
                if isinstance(block, Table):
                    tables.append(block)
                else:
                    inside.append(block)
        if inside:
            told += [Heading(partie["titre"], 3), *_flat(inside)]
        if tables:
            annexes += [Heading(partie["titre"], 3), *tables]
    if annexes:
        told.append(Note("Les tableaux de la fiche de présentation sont en annexe."))
    return told


def _flat(blocks: list[Block]) -> list[Block]:
    """The lines of a part as one list: two to four pages have no room for the headings of its groups."""
    rows = [row for block in blocks if isinstance(block, Definitions) for row in block.rows]
    return [Definitions(rows)] if rows else []


def _block(kept: dict[str, Any]) -> Block:
    if kept["sorte"] == "titre":
        return Heading(kept["texte"], 4)
    if kept["sorte"] == "lignes":
        return Definitions([(a, b) for a, b in kept["lignes"]])
    return Table(
        columns=[Column(label, number) for label, number in kept["colonnes"]],
        rows=kept["lignes"],
        total=kept["total"],
        caption=kept["titre"],
    )


def _registre(registre: dict[str, Any], sans_couts: bool, manques: bool) -> list[Block]:
    told: list[Block] = []
    for name, question in QUESTIONS[registre["code"]]:
        text = registre["textes"][name].strip()
        if text:
            told += [Heading(question, 3), Prose(text)]
        elif manques:
            told += [Heading(question, 3), Note("Reste à écrire.")]
    if rows := lignes(registre["faits"], sans_couts=sans_couts):
        told.append(
            Table(
                columns=[Column("Ce que l’on sait"), Column("Prévu"), Column("Réalisé")],
                rows=[[libelle, prevu or "—", realise or "—"] for libelle, prevu, realise in rows],
                caption=f"{Registre(registre['code']).label} : les faits",
            )
        )
    return [Heading(Registre(registre["code"]).label, 2), *told] if told else []


def lignes(faits: list[dict[str, Any]], *, sans_couts: bool) -> list[tuple[str, str, str]]:
    """The facts that are read, as (label, planned, done)."""
    return [(f["libelle"], f["prevu"], f["realise"]) for f in faits if not (sans_couts and f["argent"])]


# --- Charts ---------------------------------------------------------------------------------------------------------


def graphiques(contenu: dict[str, Any], *, sans_couts: bool = False) -> list[dict[str, Any]]:
    """One chart for each title that facts with numbers share: its bars and series, for ``static/js/charts.js``."""
    found: dict[str, dict[str, Any]] = {}
    for registre in contenu["registres"]:
        for fait in registre["faits"]:
            if not fait["graphique"] or (sans_couts and fait["argent"]):
                continue
            chart = found.setdefault(
                fait["graphique"],
                {"titre": fait["graphique"], "registre": registre["code"], "unite": fait["unite"], "bars": [],
                 "prevus": [], "realises": [], "lignes": []},
            )  # fmt: skip
            planned, done = (None if n is None else float(Decimal(n)) for n in fait["nombres"])
            chart["bars"].append(fait["libelle"])
            chart["prevus"].append(planned)
            chart["realises"].append(done)
            chart["lignes"].append((fait["libelle"], fait["prevu"], fait["realise"]))
    return [
        {
            **chart,
            "cle": f"graphique-{number}",
            "donnees": {
                "bars": chart["bars"],
                "unit": "" if chart["unite"] == "€" else chart["unite"],
                "beside": True,
                "series": [
                    {"label": label, "values": values}
                    for label, values in (("Prévu", chart["prevus"]), ("Réalisé", chart["realises"]))
                    if any(v is not None for v in values)
                ],
            },
        }
        for number, chart in enumerate(found.values(), 1)
    ]
