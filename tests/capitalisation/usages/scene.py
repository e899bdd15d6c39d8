"""A resource of a DLA that readers use, ask about and report, as other tests need it."""

from __future__ import annotations

from typing import Any

from capitalisation.usages.services import questions, signalements, utilisations
from core.actor import Actor
from projects.ingenierie.models import Ingenierie

SYSTEM = Actor.system("recette")


def of_rights(dossier: Ingenierie, ressource: Any) -> dict[str, Any]:
    """What the table of rights needs of one ``ressource``, published by the pilot of ``dossier``."""
    return {
        "utile": ressource,
        "utilisation": utilisations.use(ressource, dossier, actor=SYSTEM),
        "question_ressource": questions.ask(
            ressource, {"genre": "question", "texte": "Vaut-il ailleurs ?"}, actor=SYSTEM
        ),
        "signalement": signalements.report(ressource, {"motif": "lien", "texte": "Introuvable."}, actor=SYSTEM),
    }
