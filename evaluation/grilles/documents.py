"""The filled grid, printed: A4 landscape as PDF, and as DOCX, from the same blocks."""

from __future__ import annotations

from accounts.letterhead import letterhead
from core import clock
from core.actor import Actor
from core.documents import DOCUMENT_TYPES, BuiltDocument, Column, DocumentType, Table
from core.documents.blocks import Block, Definitions, Heading, Note, Prose
from core.documents.docx import BuiltDocx
from core.formats import format_date, plural
from evaluation.grilles.enums import Destinataire
from evaluation.grilles.models import Transmission
from evaluation.grilles.permissions import grilles, suivi_of, viewable, viewable_prestataire
from evaluation.grilles.reading import Dit, Grille, LigneLue, PartieGrille, read_grille
from evaluation.questionnaires.models import Questionnaire

#: Two types, since a printed file is read by all who may print its type: the second holds the names that the
#: prestataire may read, and no others.
GRILLE, GRILLE_PRESTATAIRE = "grille_evaluation", "grille_evaluation_prestataire"
TEMPLATE = "evaluation/grilles/document.html"
KIND = "Grille d’évaluation"
_NONE = "—"


def _said(dits: tuple[Dit, ...]) -> str:
    return "\n".join(f"{dit.qui} : {dit.texte}" if dit.qui else dit.texte for dit in dits) or _NONE


def _label(row: LigneLue) -> str:
    return "\n".join([row.texte, *(f"– {detail}" for detail in row.details)])


def _table(part: PartieGrille) -> Table:
    h = part.colonnes
    return Table(
        columns=[Column(h.ligne), Column(h.reponse), Column(h.commentaires or "Commentaires"), Column(h.prestataire)],
        rows=[[_label(row), row.reponse or _NONE, _said(row.dits), row.commentaire or _NONE] for row in part.lignes],
        caption=f"{part.code}. {part.titre}",
    )


def blocks_of(questionnaire: Questionnaire, grille: Grille, *, pour_equipe: bool) -> list[Block]:
    """The whole grid; the causes found and what was told are the team's."""
    convention, suivi = questionnaire.convention, suivi_of(questionnaire)
    head = [
        ("Mission", questionnaire.ingenierie.titre),
        ("Prestataire", str(convention.choix.prestataire)),
        ("Convention", convention.titre),
        ("Réponses", plural(grille.repondus, "réponse")),
        ("Réponses closes le", format_date(questionnaire.clos_at) if questionnaire.clos_at else ""),
        ("Rendue par le prestataire le", format_date(suivi.rendue_at) if suivi.est_rendue else ""),
    ]
    blocks: list[Block] = [Definitions([row for row in head if row[1]])]
    blocks += [_table(part) for part in grille.parties if part.lignes]
    if grille.groupes:
        blocks.append(
            Table(
                columns=[Column("Groupe"), Column("Réponses", True), Column("Part de « oui »", True)],
                rows=[[g.nom, str(g.reponses), f"{g.oui} %"] for g in grille.groupes],
                caption="Groupe par groupe",
            )
        )
    if grille.sans_groupes:
        blocks.append(Note(grille.sans_groupes))
    if pour_equipe and questionnaire.causes:
        blocks += [Heading("Causes identifiées", 2), Prose(questionnaire.causes)]
    rows = Transmission.objects.filter(questionnaire=questionnaire)
    if not pour_equipe:
        rows = rows.filter(destinataire=Destinataire.PRESTATAIRE)
    for row in rows:
        title = "Restitution au prestataire" if row.destinataire == Destinataire.PRESTATAIRE else "Comité de pilotage"
        blocks += [Heading(f"{title}, le {format_date(row.le)} ({row.get_moyen_display()})", 3), Prose(row.texte)]
    return blocks


def _found(object_id: int) -> Questionnaire:
    return grilles().select_related("ingenierie__pilote__region", "ingenierie__charge_mission").get(pk=object_id)


def _built(object_id: int, *, pour_equipe: bool) -> BuiltDocument:
    questionnaire = _found(object_id)
    ingenierie = questionnaire.ingenierie
    grille = read_grille(questionnaire, pour_equipe=pour_equipe)
    return BuiltDocument(
        template=TEMPLATE,
        context={
            "header": letterhead(
                ingenierie.pilote,
                kind=KIND,
                name=ingenierie.titre,
                reference=questionnaire.convention.titre,
                date=f"Imprimé le {format_date(clock.today())}",
            ),
            "blocks": blocks_of(questionnaire, grille, pour_equipe=pour_equipe),
        },
        title=f"{questionnaire.titre} : {ingenierie.titre}",
        filename=f"grille-evaluation-{questionnaire.pk}.pdf",
        obj=questionnaire,
        scope=ingenierie,
        author=str(ingenierie.pilote),
        subject=questionnaire.titre,
        keywords=["évaluation", "DLA"],
    )


def build(object_id: int, actor: Actor, *, blank: bool = False) -> BuiltDocument:
    """The grid ``object_id`` for the team, with every name."""
    return _built(object_id, pour_equipe=True)


def build_prestataire(object_id: int, actor: Actor, *, blank: bool = False) -> BuiltDocument:
    """The same for the prestataire, with the names that it may read."""
    return _built(object_id, pour_equipe=False)


def grille_docx(questionnaire: Questionnaire, *, pour_equipe: bool) -> BuiltDocx:
    """The same as DOCX."""
    found = _found(questionnaire.pk)
    return BuiltDocx(
        title=f"{found.titre} : {found.ingenierie.titre}",
        filename=f"grille-evaluation-{found.pk}.docx",
        header=letterhead(
            found.ingenierie.pilote,
            kind=KIND,
            reference=found.convention.titre,
            date=f"Imprimé le {format_date(clock.today())}",
        ),
        blocks=blocks_of(found, read_grille(found, pour_equipe=pour_equipe), pour_equipe=pour_equipe),
        subject=found.titre,
        keywords=("évaluation", "DLA"),
    )


def register() -> None:
    """Called once by :func:`evaluation.grilles.providers.register`."""
    DOCUMENT_TYPES.register(GRILLE, DocumentType("Grille d’évaluation remplie", build, viewable))
    DOCUMENT_TYPES.register(
        GRILLE_PRESTATAIRE,
        DocumentType("Grille d’évaluation remplie, pour le prestataire", build_prestataire, viewable_prestataire),
    )
