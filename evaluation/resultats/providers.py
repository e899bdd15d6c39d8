"""What the results give to the floors below."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from core.actor import Actor
from core.formats import format_date
from evaluation.questionnaires.enums import EtatQuestionnaire, SorteRepondant
from evaluation.questionnaires.models import Questionnaire, Repondant
from evaluation.questionnaires.permissions import why_not_write
from evaluation.questionnaires.presenters import count_line, counted
from evaluation.questionnaires.registry import AVANT, DEPARTS, SALLES_EVALUATION, SUITES, SalleEvaluation, Suite
from evaluation.resultats import dashboard, documents, echeances, facts, papiers
from evaluation.resultats.enums import RESULTATS, SUIVI
from evaluation.resultats.indicateurs import known_to
from evaluation.resultats.models import SuiviPrevu
from evaluation.resultats.permissions import why_not_read_results
from evaluation.resultats.services.adaptation import depart_of
from partners.portfolio.espace.registry import ATTENTES, Attente
from partners.portfolio.prestataire.models import Prestataire
from projects.evidence import EVIDENCE, EvidenceProvider
from projects.ingenierie.models import Ingenierie
from projects.papiers import PAPERS


def _resume(ingenierie: Ingenierie) -> str:
    """Where what is asked of results stands, then the next follow-up: two queries."""
    rows = counted(Questionnaire.objects.filter(ingenierie=ingenierie, code__in=(RESULTATS, SUIVI)))
    told = [
        f"{'à ' + str(row.mois) + ' mois' if row.mois else 'question des résultats'} : {row.get_state_display()}, "
        + count_line(row.n_reponses, row.n_repondants)
        for row in rows.order_by("mois", "pk")
    ]
    planned = SuiviPrevu.objects.filter(ingenierie=ingenierie, questionnaire=None).order_by("le", "pk").first()
    if planned is not None:
        told.append(f"prochain suivi le {format_date(planned.le)}")
    return " ; ".join(told)


def _suites(questionnaire: Questionnaire, actor: Actor) -> Iterator[Suite]:
    args = [questionnaire.ingenierie_id, questionnaire.pk]
    adaptable = questionnaire.state in (EtatQuestionnaire.PREPARATION, EtatQuestionnaire.OUVERT)
    if questionnaire.code == RESULTATS and adaptable and not why_not_write(actor, questionnaire):
        note = "Questions gardées, écartées, ajoutées, et à qui."
        yield Suite("Adapter les questions", reverse("evaluation:adapter", args=args), note)
    if questionnaire.state != EtatQuestionnaire.PREPARATION and not why_not_read_results(actor, questionnaire):
        note = "Et ce qui a changé depuis le diagnostic." if questionnaire.code == SUIVI else ""
        yield Suite("Lire les résultats", reverse("evaluation:resultats_de", args=args), note)


def _espace(prestataire: Prestataire, actor: Actor) -> list[Attente]:
    """What a prestataire-partenaire is asked of the results of an ingénierie."""
    rows = (
        Repondant.objects.filter(sorte=SorteRepondant.PRESTATAIRE, partenaire__prestataire=prestataire)
        .exclude(questionnaire__state=EtatQuestionnaire.PREPARATION)
        .select_related("questionnaire__ingenierie__pilote")
        .order_by("-questionnaire__created_at", "-pk")
    )
    found = []
    for row in rows[:30]:
        asked = row.questionnaire
        waits = asked.is_open and not row.has_answered
        detail = "répondu" if row.has_answered else "votre réponse est attendue" if waits else "réponses closes"
        found.append(
            Attente(
                f"{asked.ingenierie.titre} : {asked.titre}",
                f"{asked.ingenierie.pilote}, {detail}",
                reverse("mission_evaluee:partenaire_repondre", args=[row.pk]),
                waits=waits,
            )
        )
    return found


def register() -> None:
    """Fill the registries; called once by ``EvaluationConfig.ready``."""
    SALLES_EVALUATION.register("resultats", SalleEvaluation("Résultats", "evaluation:resultats", _resume))
    SUITES.register("resultats", _suites)
    DEPARTS.register(RESULTATS, depart_of)
    AVANT.register("diagnostic", known_to)
    EVIDENCE.register("finaliser.evaluation.collecte+reponses", EvidenceProvider(facts.collecte, facts.collected))
    EVIDENCE.register("finaliser.evaluation.resultats", EvidenceProvider(facts.resultats, facts.told))
    PAPERS.register("resultats", papiers.of_results, order=95)
    ATTENTES.register("resultats", _espace)
    dashboard.register()
    documents.register()
    echeances.register()
