"""What the mails about the grids say, from ids, when they are sent."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from core.formats import format_date
from core.outbox import mail_context
from evaluation.grilles.enums import Destinataire, Position
from evaluation.grilles.models import SuiviGrille, Transmission
from evaluation.questionnaires.models import Questionnaire
from projects.ingenierie.people import reply_to

_RELATED = "questionnaire__ingenierie__pilote", "questionnaire__convention__choix__prestataire"


def _suivi(ids: dict[str, Any], *positions: str) -> SuiviGrille | None:
    """The follow-up, while it is the same handing over, and the grid is there still."""
    row = SuiviGrille.objects.select_related(*_RELATED).filter(pk=ids["suivi"]).first()
    if row is None or row.remises != ids["remise"] or row.position not in positions:
        return None
    return row


def _told(questionnaire: Questionnaire) -> dict[str, Any]:
    ingenierie = questionnaire.ingenierie
    return {
        "titre": ingenierie.titre,
        "pilote": str(ingenierie.pilote),
        "prestataire": str(questionnaire.convention.choix.prestataire),
        "reference": questionnaire.convention.titre,
        "reply_to": reply_to(ingenierie),
    }


def _space(questionnaire: Questionnaire) -> str:
    return reverse("mission_evaluee:grille", args=[questionnaire.convention_id, questionnaire.pk])


@mail_context("evaluation/grille_remise")
def handed(ids: dict[str, Any]) -> dict[str, Any] | None:
    """The référent of the prestataire: the filled grid waits for its comments."""
    row = _suivi(ids, Position.CHEZ_LE_PRESTATAIRE)
    if row is None:
        return None
    return {
        **_told(row.questionnaire),
        "attendue": format_date(row.attendue_le),
        "collective": not row.questionnaire.ingenierie.is_individuelle,
        "url": _space(row.questionnaire),
    }


@mail_context("evaluation/grille_rappel")
def reminded(ids: dict[str, Any]) -> dict[str, Any] | None:
    """The same, once again."""
    return handed(ids)


@mail_context("evaluation/grille_rendue")
def given_back(ids: dict[str, Any]) -> dict[str, Any] | None:
    """The chargé de mission: the prestataire has commented the grid; nothing once it is over."""
    row = _suivi(ids, Position.RENDUE)
    if row is None:
        return None
    questionnaire = row.questionnaire
    return {
        **_told(questionnaire),
        "reply_to": None,
        "url": reverse("evaluation:grille", args=[questionnaire.ingenierie_id, questionnaire.pk]),
    }


@mail_context("evaluation/restitution")
def restitution(ids: dict[str, Any]) -> dict[str, Any] | None:
    """The people of the prestataire: what the evaluation comes to; nothing once it is not retained any more."""
    row = (
        Transmission.objects.select_related(*_RELATED)
        .filter(pk=ids["transmission"], destinataire=Destinataire.PRESTATAIRE)
        .first()
    )
    if row is None or row.questionnaire.convention.choix.retire_at is not None:
        return None
    return {
        **_told(row.questionnaire),
        "texte": row.texte,
        "le": format_date(row.le),
        "moyen": row.get_moyen_display(),
        "url": _space(row.questionnaire),
    }
