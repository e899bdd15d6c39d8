"""What the fiche de suivi gives to the mission, to the dossier, to the home pages."""

from __future__ import annotations

from missions.conventions.registry import A_LA_SIGNATURE
from missions.mission.registry import ETATS, SALLES, EtatMission, SalleMission
from missions.suivi import dashboard, documents, echeances, facts, papiers, presenters, services
from projects.evidence import EVIDENCE, EvidenceProvider
from projects.papiers import PAPERS


def register() -> None:
    """Fill the registries; called once by ``MissionsConfig.ready``."""
    documents.register()
    A_LA_SIGNATURE.register("suivi", services.a_la_signature)
    SALLES.register("suivi", SalleMission("Suivi", "missions:suivi", "mission:suivi", presenters.resume), order=10)
    ETATS.register("suivi", EtatMission(facts.etapes, facts.badge), order=10)
    EVIDENCE.register("finaliser.intervention.suivi+etapes", EvidenceProvider(facts.evidence, facts.etapes))
    EVIDENCE.register("finaliser.mission.suivi", EvidenceProvider(facts.evidence, facts.etapes))
    PAPERS.register("fiches_suivi", papiers.of_fiches, order=82)
    dashboard.register()
    echeances.register()
