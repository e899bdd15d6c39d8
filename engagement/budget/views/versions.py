"""The budget as a comité d'appui saw it, and the budget as a workbook."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from engagement.budget.classeur import budget_workbook
from engagement.budget.comparaison import compare
from engagement.budget.models import VersionBudget
from engagement.budget.services.versions import read
from engagement.budget.summary import budget_of
from engagement.dla import expected_organisations
from projects.dossier.views.base import IngenierieView


class Version(IngenierieView):
    """The budget as a comité d'appui saw it, and what changed since."""

    tab = "budget"

    def get(self, request: HttpRequest, pk: int, numero: int) -> HttpResponse:
        version = get_object_or_404(VersionBudget, ingenierie=self.ingenierie, numero=numero)
        then, now = read(version.data), budget_of(pk)
        context = {
            "version": version,
            "then": then,
            "totaux": [
                ("Total des charges", then.balance.charges, now.balance.charges),
                ("Total des ressources", then.balance.ressources, now.balance.ressources),
            ],
            "now": now,
            "ecarts": compare(then, now),
        }
        return self.page("engagement/budget/version.html", context)


class Classeur(IngenierieView):
    """The budget as a spreadsheet."""

    tab = "budget"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return budget_workbook(self.ingenierie, expected_organisations(self.ingenierie))
