"""The last séance of a mission: what its attendance sheet and its page add so that one answers there."""

from __future__ import annotations

from evaluation.questionnaires.contenu import definition_of
from evaluation.questionnaires.enums import EtatQuestionnaire, Voie
from evaluation.questionnaires.models import Questionnaire
from evaluation.questionnaires.qr import salle_url
from missions.seances.models import Seance
from missions.seances.registry import FEUILLE, Ajout
from missions.seances.summary import derniere_seance

_TEXTE = "Votre avis sur « {0} » : ouvrez cette adresse sur votre téléphone. Une réponse par personne, sans compte."


def on_sheet(seance: Seance) -> Ajout | None:
    """The address of the questionnaire that the room answers, on the sheet of the last séance. Two queries."""
    last = derniere_seance(seance.convention)
    if last is None or last.pk != seance.pk:
        return None
    rows = Questionnaire.objects.filter(
        convention=seance.convention_id, state__in=(EtatQuestionnaire.PREPARATION, EtatQuestionnaire.OUVERT), mois=None
    )
    for row in rows:
        if any(Voie.SALLE in prevu.voies for prevu in definition_of(row).repondants):
            return Ajout("Évaluation", _TEXTE.format(row.titre), salle_url(row))
    return None


def register() -> None:
    """Called once by :func:`evaluation.questionnaires.providers.register`."""
    FEUILLE.register("evaluation", on_sheet)
