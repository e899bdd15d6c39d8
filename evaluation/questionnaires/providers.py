"""What the questionnaires give to the floors below."""

from __future__ import annotations

from evaluation.questionnaires import contenu, dashboard, documents, echeances, facts, liens, personal, seance
from evaluation.questionnaires.definitions import DEFINITIONS, charger
from projects.enums import Etat
from projects.tabs import TABS, Tab


def register() -> None:
    """Fill the registries; called once by ``EvaluationConfig.ready``."""
    contenu.register()
    DEFINITIONS.update(charger())
    liens.register()
    documents.register()
    dashboard.register()
    echeances.register()
    personal.register()
    seance.register()
    TABS.register(
        "evaluation",
        Tab("Évaluation", "evaluation:evaluation", facts.questionnaires, facts.told, step=Etat.FINALISER),
        order=110,
    )
