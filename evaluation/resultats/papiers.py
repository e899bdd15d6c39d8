"""The tables of results among the papers of the dossier."""

from __future__ import annotations

from django.db.models import Count, Q
from django.urls import reverse

from core.actor import Actor
from core.formats import plural
from evaluation.questionnaires.enums import EtatRepondant
from evaluation.questionnaires.models import Questionnaire
from evaluation.resultats.documents import DOCUMENT
from evaluation.resultats.permissions import why_not_read_results
from projects.ingenierie.models import Ingenierie
from projects.papiers import Paper


def of_results(ingenierie: Ingenierie, actor: Actor) -> list[Paper]:
    """A workbook for each questionnaire that was answered: one query."""
    answered = Count("repondants", filter=Q(repondants__state=EtatRepondant.REPONDU))
    found = []
    rows = Questionnaire.objects.filter(ingenierie=ingenierie).annotate(n=answered).filter(n__gt=0)
    for row in rows.select_related("convention__choix", "suivi_grille"):
        row.ingenierie = ingenierie
        if why_not_read_results(actor, row):
            continue
        args = [ingenierie.pk, row.pk]
        found.append(
            Paper(
                f"Résultats : {row.titre}",
                "Évaluation",
                reverse("evaluation:resultats_de", args=args),
                on=row.clos_at,
                note=plural(row.n, "réponse"),
                files=(("XLSX", reverse("evaluation:resultats_export", args=args)),),
                printed=(DOCUMENT, row.pk),
            )
        )
    return found
