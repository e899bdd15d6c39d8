"""What is asked: prepared, adapted, opened; who is asked; what is answered. No request, no page."""

from evaluation.questionnaires.services.prepared import (
    adapt,
    drop_modele,
    keep_modele,
    perform_action,
    prepare,
    set_salle,
    show_region,
    update,
)
from evaluation.questionnaires.services.repondants import (
    LIEN,
    Sollicites,
    add_known,
    add_repondant,
    ask,
    remind,
    remove_repondant,
    update_repondant,
)
from evaluation.questionnaires.services.reponses import (
    DejaRepondu,
    QuestionnaireChange,
    answer,
    answer_in_room,
    comment,
    valeurs_of,
)

__all__ = [
    "LIEN",
    "DejaRepondu",
    "QuestionnaireChange",
    "Sollicites",
    "adapt",
    "add_known",
    "add_repondant",
    "answer",
    "answer_in_room",
    "ask",
    "comment",
    "drop_modele",
    "keep_modele",
    "perform_action",
    "prepare",
    "remind",
    "remove_repondant",
    "set_salle",
    "show_region",
    "update",
    "update_repondant",
    "valeurs_of",
]
