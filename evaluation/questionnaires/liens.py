"""The personal link by which somebody answers a questionnaire."""

from __future__ import annotations

import datetime as dt

from django.urls import reverse

from accounts.links import LINK_PURPOSES, LinkPurpose
from core.actor import Actor
from core.formats import format_date, plural
from evaluation.questionnaires.contenu import definition_of, lignes_for
from evaluation.questionnaires.enums import EtatRepondant, Voie
from evaluation.questionnaires.models import Repondant
from evaluation.questionnaires.permissions import of_the_team, why_not_write
from evaluation.questionnaires.services.repondants import LIEN, note_sending
from evaluation.questionnaires.services.reponses import CLOSED, NOT_YET
from evaluation.questionnaires.views.lien import RepondreParLien
from projects.ingenierie.services import ENDED

#: How long a link serves, unless the questionnaire closes before.
LIFETIME = dt.timedelta(days=60)


def _load(pk: int) -> Repondant | None:
    found = Repondant.objects.select_related(
        "questionnaire__ingenierie__pilote", "questionnaire__ingenierie__referent",
        "questionnaire__convention__version_cahier", "structure__structure",
    )  # fmt: skip
    return found.filter(pk=pk).first()


def _asks(row: Repondant) -> str:
    questionnaire = row.questionnaire
    ingenierie = questionnaire.ingenierie
    prevu = definition_of(questionnaire).repondant(row.sorte)
    told = (prevu.introduction if prevu else "") or (
        f"{ingenierie.pilote} évalue « {ingenierie.titre} » et vous demande ce que vous en pensez."
    )
    if prevu and Voie.SALLE in prevu.voies:
        told += " Si vous avez déjà répondu en séance, sur votre téléphone, ne répondez pas une seconde fois."
    if questionnaire.echeance:
        told += f" Votre réponse est attendue pour le {format_date(questionnaire.echeance)}."
    if row.state == EtatRepondant.BROUILLON:
        there = set(row.reponses.values_list("code", flat=True))
        left = len(set(lignes_for(questionnaire, row.sorte)) - there)
        told += " Vous aviez commencé : ce que vous avez écrit est gardé"
        told += f", il reste {plural(left, 'question')}." if left else ", il ne reste qu’à l’envoyer."
    return told


def _closed(row: Repondant) -> str:
    questionnaire = row.questionnaire
    if not questionnaire.ingenierie.is_open and questionnaire.mois is None:
        return ENDED
    if questionnaire.is_open:
        # By another link, or typed after a visit, a call or on paper: this one does not give a second answer.
        return f"Votre réponse est déjà notée, à la date du {format_date(row.le)}." if row.has_answered else ""
    return NOT_YET if questionnaire.ouvert_at is None else CLOSED


def _refusal(actor: Actor, row: Repondant) -> str:
    return why_not_write(actor, row.questionnaire)


def register() -> None:
    """Called once by :func:`evaluation.questionnaires.providers.register`."""
    LINK_PURPOSES.register(
        LIEN,
        LinkPurpose(
            label="Questionnaire d’évaluation",
            model="evaluation.repondant",
            subject=lambda row: f"Votre avis sur « {row.questionnaire.ingenierie.titre} »",
            asks=_asks,
            duration="dix minutes",
            shows="le titre de l’ingénierie et les questions, jamais les réponses des autres",
            thanks="Votre réponse est lue avec celles des autres par ceux qui conduisent cette action. Ils vous diront "
            "ce qu’ils en retiennent.",
            url=lambda row: reverse(
                "evaluation:repondant", args=[row.questionnaire.ingenierie_id, row.questionnaire_id, row.pk]
            ),
            reads=lambda actor, row: of_the_team(actor, row.questionnaire.ingenierie),
            refusal=_refusal,
            pages={"": RepondreParLien.as_view()},
            lifetime=LIFETIME,
            loader=_load,
            scope=lambda row: row.questionnaire.ingenierie,
            closed=_closed,
            suggests=lambda row: [(row.nom or str(row), row.email)] if row.email else [],
            changed=note_sending,
        ),
    )
