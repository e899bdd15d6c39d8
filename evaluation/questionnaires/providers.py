"""What the questionnaires give to the floors below."""

from __future__ import annotations

from evaluation.questionnaires import contenu, documents, liens
from evaluation.questionnaires.definitions import DEFINITIONS, charger
from projects.enums import Etat
from projects.tabs import TABS, Tab


def register() -> None:
    """Fill the registries; called once by ``EvaluationConfig.ready``."""
    contenu.register()
    DEFINITIONS.update(charger())
    liens.register()
    documents.register()
    TABS.register("evaluation", Tab("Évaluation", "evaluation:evaluation", step=Etat.FINALISER), order=110)
