"""Facts of the grids, as SQL annotations of ``Ingenierie``: what the gate and the démarche read of them."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Exists, IntegerField, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse

from core.formats import format_date, plural
from evaluation.grilles.enums import CODES, Destinataire
from evaluation.grilles.models import SuiteGrille, Transmission
from evaluation.questionnaires.enums import EtatQuestionnaire, EtatRepondant, SorteRepondant
from evaluation.questionnaires.models import Questionnaire, Repondant
from projects.evidence import Evidence
from projects.facts import count_of, first_of


def url(pk: int) -> str:
    return reverse("evaluation:grilles", args=[pk])


def _standing():
    """The grids of the missions whose prestataire is still retained."""
    return Questionnaire.objects.filter(code__in=CODES, convention__choix__retire_at__isnull=True).order_by()


def _told(destinataire: str):
    return Transmission.objects.filter(questionnaire=OuterRef("pk"), destinataire=destinataire)


def restituees() -> dict[str, Any]:
    """``eval_restituees``: how many missions have their grid over and given back to the prestataire."""
    done = _standing().filter(Exists(_told(Destinataire.PRESTATAIRE)), state=EtatQuestionnaire.TERMINE)
    return {"eval_restituees": count_of(done)}


def _answered(sorte: str):
    """Those of a kind who answered, with the ingénierie."""
    return Repondant.objects.filter(
        sorte=sorte,
        state=EtatRepondant.REPONDU,
        questionnaire__code__in=CODES,
        questionnaire__convention__choix__retire_at__isnull=True,
    )


def _count(rows):
    """How many of these answers belong to the ingénierie."""
    counted = rows.filter(questionnaire__ingenierie=OuterRef("pk")).order_by().values("questionnaire__ingenierie")
    return Coalesce(Subquery(counted.annotate(n=Count("pk")).values("n"), output_field=IntegerField()), 0)


def reponses() -> dict[str, Any]:
    """What was answered to the grids."""
    return {
        "eval_conditions": _count(_answered(SorteRepondant.CHARGE_MISSION)),
        "eval_structure": _count(_answered(SorteRepondant.STRUCTURE)),
        "eval_participants": _count(_answered(SorteRepondant.PARTICIPANT)),
    }


def restitution() -> dict[str, Any]:
    """What was told of the evaluation, and to whom."""
    rows = Transmission.objects.filter(questionnaire__code__in=CODES)
    link = "questionnaire__ingenierie"
    last = rows.order_by("-le", "-pk")
    return {
        **restituees(),
        "eval_remises": count_of(
            _standing().filter(
                Q(suivi_grille__remise_at__isnull=False), state__in=(EtatQuestionnaire.CLOS, EtatQuestionnaire.TERMINE)
            )
        ),
        "eval_restituee_le": first_of(last.filter(destinataire=Destinataire.PRESTATAIRE), "le", link),
        "eval_comite_le": first_of(last.filter(destinataire=Destinataire.COMITE), "le", link),
        "eval_suites": count_of(SuiteGrille.objects.all(), link),
    }


# --- Evidence -------------------------------------------------------------------------------------------------------


def conditions_evidence(values: dict[str, Any], ingenierie: Any) -> Evidence | None:
    if not values["eval_conditions"]:
        return None
    return Evidence("Première partie de la grille d’évaluation remplie", url(ingenierie.pk))


def structure_evidence(values: dict[str, Any], ingenierie: Any) -> Evidence | None:
    if not values["eval_structure"]:
        return None
    return Evidence("Réponse de la structure à la grille d’évaluation", url(ingenierie.pk))


def participants_evidence(values: dict[str, Any], ingenierie: Any) -> Evidence | None:
    count = values["eval_participants"]
    if not count:
        return None
    said = plural(count, "participant a répondu", "participants ont répondu")
    return Evidence(f"{said} à la grille d’évaluation", url(ingenierie.pk))


def restitution_evidence(values: dict[str, Any], ingenierie: Any) -> Evidence | None:
    if values["eval_restituee_le"]:
        return Evidence(
            f"Évaluation restituée au prestataire le {format_date(values['eval_restituee_le'])}", url(ingenierie.pk)
        )
    if values["eval_remises"]:
        return Evidence("Grille remplie remise au prestataire", url(ingenierie.pk))
    return None


def comite_evidence(values: dict[str, Any], ingenierie: Any) -> Evidence | None:
    if not values["eval_comite_le"]:
        return None
    return Evidence(f"Comité de pilotage informé le {format_date(values['eval_comite_le'])}", url(ingenierie.pk))


def plan_evidence(values: dict[str, Any], ingenierie: Any) -> Evidence | None:
    count = values["eval_suites"]
    if not count:
        return None
    said = plural(count, "réponse de l’évaluation portée au plan", "réponses de l’évaluation portées au plan")
    return Evidence(said, url(ingenierie.pk))
