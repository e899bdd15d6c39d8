"""What waits for a person: a filled grid that nobody handed over, one that came back, one to give back; for the people
of a prestataire, a grid to comment."""

from __future__ import annotations

from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse

from core.actor import Actor
from core.formats import format_date
from evaluation.grilles.enums import CODES, Destinataire, Position
from evaluation.grilles.models import Transmission
from evaluation.grilles.permissions import pour_prestataire, suivi_of
from evaluation.questionnaires.enums import EtatQuestionnaire
from evaluation.questionnaires.models import Questionnaire
from missions.mission.permissions import why_not_running
from partners.portfolio.espace.registry import ATTENTES, Attente
from partners.portfolio.prestataire.models import Prestataire
from projects.dashboard import LIMIT, TODOS, Todo, carried

_SAYS = {
    Position.A_REMETTRE: "Les réponses à la grille d’évaluation sont closes : remettez-la au prestataire.",
    Position.RENDUE: "Le prestataire a rendu la grille d’évaluation : lisez-la, puis terminez-la.",
    Position.TERMINEE: "La grille d’évaluation est terminée : restituez-la au prestataire.",
}


def grilles_todo(actor: Actor) -> list[Todo]:
    """Of the ingénieries the actor carries, the grids that wait for the team. One query."""
    told = Transmission.objects.filter(questionnaire=OuterRef("pk"), destinataire=Destinataire.PRESTATAIRE)
    suivi = "suivi_grille__"
    at_prestataire = Q(
        Q(**{f"{suivi}rendue_at": None}) | Q(**{f"{suivi}rendue_at__lt": F(f"{suivi}remise_at")}),
        **{f"{suivi}remise_at__gte": F("clos_at")},
    )
    rows = (
        Questionnaire.objects.filter(
            Q(state=EtatQuestionnaire.CLOS) | (Q(state=EtatQuestionnaire.TERMINE) & ~Exists(told)),
            **carried(actor, "ingenierie__"),
            code__in=CODES,
            convention__choix__retire_at=None,
        )
        .exclude(Q(state=EtatQuestionnaire.CLOS) & at_prestataire)
        .select_related("ingenierie", "suivi_grille")
        .order_by("state_since", "pk")
    )
    return [
        Todo(
            row.ingenierie.titre,
            _SAYS[suivi_of(row).position],
            reverse("evaluation:grille", args=[row.ingenierie_id, row.pk]),
        )
        for row in rows[:LIMIT]
        if suivi_of(row).position in _SAYS
    ]


def a_commenter(prestataire: Prestataire, actor: Actor) -> list[Attente]:
    """The grids that the people of a prestataire have to comment. One query."""
    rows = (
        pour_prestataire(actor)
        .filter(convention__choix__prestataire=prestataire, state=EtatQuestionnaire.CLOS)
        .select_related("ingenierie__pilote")
        .order_by("suivi_grille__remise_at", "pk")
    )
    lines = []
    for row in rows:
        row.convention.ingenierie = row.ingenierie
        suivi = suivi_of(row)
        if suivi.est_rendue or why_not_running(row.convention):
            continue
        lines.append(
            Attente(
                f"Évaluation : {row.ingenierie.titre}",
                f"{row.ingenierie.pilote}, vos commentaires sont attendus au plus tard le "
                f"{format_date(suivi.attendue_le)}",
                reverse("mission_evaluee:grille", args=[row.convention_id, row.pk]),
            )
        )
    return lines


def register() -> None:
    """Called once by :func:`evaluation.grilles.providers.register`."""
    TODOS.register("grilles", grilles_todo, order=45)
    ATTENTES.register("evaluation", a_commenter)
