"""What this room gives to the floors below."""

from __future__ import annotations

from capitalisation.bibliotheque.registry import A_LA_DECISION, POURQUOI_GARDER
from capitalisation.transfert.registry import SALLES_CAPITALISATION, SalleCapitalisation
from capitalisation.usages import dashboard, facts, panneaux, personal
from capitalisation.usages.services import suites, utilisations
from projects.evidence import EVIDENCE, EvidenceProvider
from projects.papiers import PAPERS


def register() -> None:
    """Fill the registries; called once by ``CapitalisationConfig.ready``."""
    panneaux.register()
    dashboard.register()
    personal.register()
    POURQUOI_GARDER.register("usages", utilisations.why_keep)
    A_LA_DECISION.register("usages", suites.archived)
    SALLES_CAPITALISATION.register(
        "ressources", SalleCapitalisation("Ressources utilisées", "capitalisation:ressources", facts.resume), order=96
    )
    PAPERS.register("ressources-utilisees", facts.paper, order=119)
    EVIDENCE.register("identifier.problematique.sources+bibliotheque", EvidenceProvider(facts.evidence, facts.used))
