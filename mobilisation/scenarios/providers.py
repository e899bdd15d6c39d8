"""What the scenarios answer to the cycle: the evidence of its action."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from core.formats import plural
from mobilisation.scenarios import echeances
from mobilisation.scenarios.models import Scenario
from projects import facts
from projects.evidence import EVIDENCE, Evidence, EvidenceProvider


def _scenarios() -> dict[str, Any]:
    return {
        "n_scenarios": facts.count_of(Scenario.objects.all()),
        "n_scenarios_retenus": facts.count_of(Scenario.objects.filter(retenu=True)),
    }


def _evidence(values, ingenierie) -> Evidence | None:
    if not values["n_scenarios"]:
        return None
    told = plural(values["n_scenarios"], "scénario")
    told += ", un retenu" if values["n_scenarios_retenus"] else ", aucun retenu"
    return Evidence(told, reverse("mobilisation:projet", args=[ingenierie.pk]) + "#t-scenarios")


def register() -> None:
    """Fill the registries; called once by ``MobilisationConfig.ready``."""
    echeances.register()
    EVIDENCE.register("confirmer.modalites.conditions", EvidenceProvider(_evidence, _scenarios))
