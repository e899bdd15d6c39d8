"""The budget as a comité d'appui saw it, and the budget as a workbook."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from core.formats import format_date, format_datetime, format_days, format_money_plain
from engagement.budget import summary
from engagement.budget.classeur import budget_workbook
from engagement.budget.comparaison import compare
from engagement.budget.models import VersionBudget
from engagement.budget.services.versions import content_of
from engagement.dla import expected_organisations
from projects.enums import SensAvis
from projects.views.base import IngenierieView


def _shown(content: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    def row(line: dict[str, Any], *names: str) -> dict[str, Any]:
        return {
            "libelle": line["libelle"],
            "nature": line["nature"],
            "cells": [format_money_plain(_decimal(line[name])) for name in names],
        }

    return {
        "charges": [row(c, "montant") for c in content["charges"]],
        "ressources": [row(r, "demande", "obtenu") for r in content["ressources"]],
        "valorisations": [
            {**row(v, "montant"), "jours": format_days(_decimal(v["jours"]))} for v in content["valorisations"]
        ],
    }


def _decimal(text: str | None) -> Any:
    return None if text is None else Decimal(text)


class Version(IngenierieView):
    """The budget as a comité d'appui saw it, and what changed since."""

    tab = "budget"

    def get(self, request: HttpRequest, pk: int, numero: int) -> HttpResponse:
        version = get_object_or_404(VersionBudget, ingenierie=self.ingenierie, numero=numero)
        then, now = version.data, content_of(summary.budget_of(pk))

        def balance(content: dict[str, Any]) -> summary.Balance:
            return summary.Balance(
                _decimal(content["total_charges"]), _decimal(content["total_ressources"]), content["montants_meles"]
            )

        context = {
            "version": version,
            "sens": SensAvis(version.sens).label,
            "date_avis": format_date(version.date_avis),
            "prise": f"Gardée le {format_datetime(version.prise_le)}, avis enregistré par {version.prise_par}.",
            "then": _shown(then),
            "regime": then["regime"],
            "scenario_nom": then["scenario"],
            "totaux": [
                {
                    "label": label,
                    "then": format_money_plain(_decimal(then[name])),
                    "now": format_money_plain(_decimal(now[name])),
                    "changed": then[name] != now[name],
                }
                for name, label in (
                    ("total_charges", "Total des charges"),
                    ("total_ressources", "Total des ressources"),
                )
            ],
            "phrase_then": balance(then).phrase,
            "phrase_now": balance(now).phrase,
            "ecarts": compare(then, now),
            "intacte": version.is_intact,
        }
        return self.page("engagement/budget/version.html", context)


class Classeur(IngenierieView):
    """The budget as a spreadsheet."""

    tab = "budget"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return budget_workbook(self.ingenierie, expected_organisations(self.ingenierie))
