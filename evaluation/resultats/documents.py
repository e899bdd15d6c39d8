"""The results printed, without any name, so that it may be handed round."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from accounts.letterhead import letterhead
from core import clock
from core.actor import Actor
from core.documents import DOCUMENT_TYPES, BuiltDocument, Column, DocumentType, Table
from core.documents.blocks import Block, Definitions, Heading, Note
from core.formats import format_date
from evaluation.questionnaires.depouillement import Depouillement, depouille, seuil_of
from evaluation.questionnaires.models import Questionnaire
from evaluation.resultats import presenters
from evaluation.resultats.enums import SUIVI
from evaluation.resultats.indicateurs import Total, ecarts
from evaluation.resultats.permissions import why_not_read_results

DOCUMENT = "resultats_evaluation"
KIND = "Résultats de l’évaluation"


def readable(ids: Collection[int], actor: Actor) -> set[int]:
    """Those whose results the actor may read."""
    rows = Questionnaire.objects.visible_to(actor).filter(pk__in=ids)
    rows = rows.select_related("ingenierie__pilote", "convention__choix", "suivi_grille")
    return {row.pk for row in rows if not why_not_read_results(actor, row)}


def _participation(found: Depouillement) -> Table:
    return Table(
        columns=[Column("Source"), Column("Interrogés", True), Column("Ont répondu", True)],
        rows=[
            [row.label[:1].upper() + row.label[1:], str(row.attendus), str(row.repondus)] for row in found.participation
        ],
        total=["Ensemble", str(found.attendus), str(found.repondus)],
        caption="Qui a répondu",
    )


def _counts(part: dict[str, Any], rows: list[presenters.Rangee], caption: str) -> Table:
    columns = [Column("Question"), Column("Réponses", True), *(Column(label, True) for label in part["columns"])]
    if part["moyennes"]:
        columns.append(Column("Moyenne", True))
    told = []
    for row in rows:
        label = f"– {row.label}" if row.dedans else f"{row.numero} {row.label}"
        shares = [f"{case.n} ({case.part} %)" if row.total else str(case.n) for case in row.cases]
        told.append([label, str(row.total), *shares, *([row.moyenne or "—"] if part["moyennes"] else [])])
    return Table(columns=columns, rows=told, caption=caption)


def _texts(part: dict[str, Any]) -> list[Block]:
    told: list[Block] = []
    for one in part["textes"]:
        said = []
        for sorte, rows in one["sortes"]:
            nature = f" ({one['nature']})" if one["nature"] and sorte.startswith("DLA") else ""
            texts = [row.texte for row in rows]
            # One text keeps its paragraphs; several are a list.
            whole = texts[0] if len(texts) == 1 else "\n".join(f"- {' '.join(text.split())}" for text in texts)
            said.append((f"{sorte[:1].upper()}{sorte[1:]}{nature}", whole))
        told += [Heading(f"{one['numero']} {one['texte']}", 3), Definitions(said)]
    return told


def _gaps(totals: list[Total], seuil: int) -> list[Block]:
    enough = [row for row in totals if row.structures >= seuil]
    if not enough:
        return []
    return [
        Table(
            columns=[Column("Indicateur"), *(Column(c, True) for c in ("Structures", "Avant", "Aujourd’hui", "Écart"))],
            rows=[[row.label, str(row.structures), row.avant, row.maintenant, row.difference] for row in enough],
            caption="Ce qui a changé depuis le diagnostic, en tout",
        )
    ]


def blocks_of(questionnaire: Questionnaire) -> list[Block]:
    """Counts with their shares, groups above the threshold, everything written: no name."""
    found = depouille(questionnaire, pour_prestataire=True)
    seuil = seuil_of(questionnaire)
    blocks: list[Block] = [
        Note(f"{questionnaire.get_state_display().capitalize()}. Aucun nom n’est imprimé ; sous {seuil} réponses, "
             "un groupe n’est pas montré à part."),
        _participation(found),
    ]  # fmt: skip
    if questionnaire.code == SUIVI:
        blocks += _gaps(ecarts(questionnaire)[1], seuil)
    for read in found.parties:
        part = presenters.partie(read)
        blocks.append(Heading(f"{part['code']}. {part['titre']}", 2))
        if part["introduction"]:
            blocks.append(Note(part["introduction"]))
        if part["rows"]:
            blocks.append(_counts(part, part["rows"], f"Réponses, partie {part['code']}"))
        if part["groupes"]:
            blocks.append(_counts(part, part["groupes"], f"Par groupe de structures, partie {part['code']}"))
        blocks += _texts(part)
        blocks += [Note(f"{q.numero} {q.texte} : question écartée. {q.ecartee}") for q in part["ecartees"]]
        if not part["repondu"]:
            blocks.append(Note("Aucune réponse pour le moment."))
    return blocks


def build(object_id: int, actor: Actor, *, blank: bool = False) -> BuiltDocument:
    """The results of the questionnaire ``object_id``."""
    questionnaire = Questionnaire.objects.select_related(
        "ingenierie__pilote__region", "convention__version_cahier"
    ).get(pk=object_id)
    ingenierie = questionnaire.ingenierie
    return BuiltDocument(
        template="evaluation/resultats/document.html",
        context={
            "header": letterhead(
                ingenierie.pilote, kind=KIND, name=ingenierie.titre, date=f"Imprimé le {format_date(clock.today())}"
            ),
            "blocks": blocks_of(questionnaire),
        },
        title=f"{questionnaire.titre} : {ingenierie.titre}",
        filename=f"resultats-evaluation-{questionnaire.pk}.pdf",
        obj=questionnaire,
        scope=ingenierie,
        author=str(ingenierie.pilote),
        subject=questionnaire.titre,
        keywords=["évaluation", "résultats", "DLA"],
    )


def register() -> None:
    """Called once by :func:`evaluation.resultats.providers.register`."""
    DOCUMENT_TYPES.register(DOCUMENT, DocumentType(KIND, build, readable))
