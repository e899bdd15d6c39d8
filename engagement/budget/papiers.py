"""The budget among the papers of the dossier: its workbook, and what each comité d'appui had before it."""

from __future__ import annotations

from django.urls import reverse

from core.actor import Actor
from engagement.budget.models import VersionBudget
from projects.ingenierie.models import Ingenierie
from projects.papiers import Paper


def of_budget(ingenierie: Ingenierie, actor: Actor) -> list[Paper]:
    """The workbook of today, and the versions kept with an avis."""
    pk = ingenierie.pk
    today = Paper(
        "Budget d’intervention",
        "Budget",
        reverse("engagement:budget", args=[pk]),
        note="À jour du dossier",
        files=(("XLSX", reverse("engagement:budget_classeur", args=[pk])),),
    )
    versions = VersionBudget.objects.filter(ingenierie=pk).defer("contenu")
    return [
        today,
        *(
            Paper(
                f"Budget soumis au comité d’appui, version {version.numero}",
                f"Avis de {version.dla}",
                reverse("engagement:budget_version", args=[pk, version.numero]),
                on=version.le,
                by=version.par,
            )
            for version in versions
        ),
    ]
