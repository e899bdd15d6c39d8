"""The questionnaire on paper: one part for each kind of respondents, with boxes to tick and lines to write on."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from accounts.letterhead import letterhead
from core import clock
from core.actor import Actor
from core.documents import DOCUMENT_TYPES, BuiltDocument, DocumentType
from core.formats import format_date
from core.text import normalise
from evaluation.questionnaires.contenu import Ligne, definition_of, questions_for
from evaluation.questionnaires.definitions import NATURES
from evaluation.questionnaires.enums import Forme, SorteRepondant, Voie
from evaluation.questionnaires.models import Questionnaire
from evaluation.questionnaires.permissions import of_the_team

DOCUMENT_VIERGE = "questionnaire_vierge"
KIND = "Questionnaire d’évaluation"


def readable(ids: Collection[int], actor: Actor) -> set[int]:
    """Those of the ingénieries of which the actor is of the team."""
    rows = Questionnaire.objects.visible_to(actor).filter(pk__in=ids).select_related("ingenierie")
    return {row.pk for row in rows if of_the_team(actor, row.ingenierie)}


def _after(ligne: Ligne, before: Ligne) -> str:
    valeur = ligne.si.valeur if ligne.si else ""
    return f"Seulement si vous avez répondu « {before.read(valeur)} » à « {before.texte} »."


def _row(ligne: Ligne, texts: dict[str, Ligne]) -> dict[str, Any]:
    before = texts.get(ligne.si.question) if ligne.si else None
    return {
        "texte": ligne.texte,
        "details": ligne.details,
        "si": _after(ligne, before) if before else "",
        "nature": NATURES.get(ligne.nature, ""),
        "choix": [label for _, label in ligne.choix],
        "nombre": ligne.forme == Forme.NOMBRE,
        "lignes": 5 if ligne.forme == Forme.TEXTE else (2 if ligne.commentaire else 0),
        "commentaire": ligne.commentaire,
    }


def build_vierge(object_id: int, actor: Actor, *, blank: bool = False) -> BuiltDocument:
    """One section for each kind of respondents who may answer on paper; of everybody when nobody may."""
    questionnaire = Questionnaire.objects.select_related(
        "ingenierie__pilote__region", "convention__choix__prestataire", "convention__version_cahier"
    ).get(pk=object_id)
    definition = definition_of(questionnaire)
    on_paper = [prevu for prevu in definition.repondants if Voie.PAPIER in prevu.voies] or list(definition.repondants)
    sections = []
    for prevu in on_paper:
        parties = questions_for(questionnaire, prevu.code)
        if not parties:
            continue
        texts = {ligne.code: ligne for partie in parties for ligne in partie.lignes}
        sections.append(
            {
                "titre": f"Répond : {SorteRepondant(prevu.code).label}" if len(on_paper) > 1 else "",
                "introduction": prevu.introduction,
                "nom_au_choix": prevu.nom_au_choix,
                "parties": [
                    {
                        "titre": partie.titre,
                        "introduction": partie.introduction,
                        "rows": [_row(ligne, texts) for ligne in partie.lignes],
                    }
                    for partie in parties
                ],
            }
        )
    ingenierie = questionnaire.ingenierie
    pilote = ingenierie.pilote
    return BuiltDocument(
        template="evaluation/questionnaires/documents/vierge.html",
        context={
            "header": letterhead(
                pilote, kind=KIND, name=ingenierie.titre, date=f"Imprimé le {format_date(clock.today())}"
            ),
            "ingenierie": ingenierie.titre,
            "mission": str(questionnaire.convention.choix.prestataire) if questionnaire.convention else "",
            "sections": sections,
        },
        title=questionnaire.titre,
        filename=f"questionnaire-{questionnaire.pk}.pdf",
        obj=questionnaire,
        scope=ingenierie,
        author=pilote.name,
        subject=f"{KIND}, {ingenierie.titre}",
        keywords=[normalise(KIND), "DLA"],
    )


def register() -> None:
    """Called once by :func:`evaluation.questionnaires.providers.register`."""
    DOCUMENT_TYPES.register(DOCUMENT_VIERGE, DocumentType("Questionnaire sur papier", build_vierge, readable))
