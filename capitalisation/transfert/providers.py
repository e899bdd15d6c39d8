"""What the plan of transfer gives to the dossier, to the gate, to the démarche."""

from __future__ import annotations

from capitalisation.transfert import dashboard, documents, echeances, facts, papiers
from projects.cycle.gates import CONDITIONS, ConditionProvider
from projects.enums import Etat
from projects.evidence import EVIDENCE, EvidenceProvider
from projects.papiers import PAPERS
from projects.tabs import TABS, Tab


def register() -> None:
    """Fill the registries; called once by ``CapitalisationConfig.ready``."""
    documents.register()
    dashboard.register()
    echeances.register()
    TABS.register(
        "capitalisation",
        Tab("Capitalisation", "capitalisation:transfert", facts.badge, facts.told, step=Etat.FINALISER),
        order=120,
    )
    CONDITIONS.register(
        "capitalisation", ConditionProvider(facts.read, facts.url, "Ouvrir la capitalisation", facts.plan)
    )
    for code, read in (
        ("nature", facts.nature_evidence),
        ("comite", facts.comite_evidence),
        ("transferabilite", facts.transferabilite_evidence),
        ("destinataires", facts.lignes_evidence),
        ("responsables", facts.lignes_evidence),
        ("modalites", facts.lignes_evidence),
    ):
        EVIDENCE.register(f"finaliser.capitalisation.{code}", EvidenceProvider(read, facts.plan))
    EVIDENCE.register(
        "finaliser.intervention.preparation+capitalisation", EvidenceProvider(facts.echeancier_evidence, facts.dated)
    )
    PAPERS.register("plan-transfert", papiers.of_plan, order=118)
