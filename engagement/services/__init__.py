"""What happens in « Engager »: one function per action of the business."""

from engagement.services.action import (
    update_action,
)
from engagement.services.budget import (
    confirm_budget,
    unconfirm_budget,
    update_budget,
)
from engagement.services.conventions import (
    add_convention,
    remove_convention,
    update_convention,
)
from engagement.services.lignes import (
    add_charge,
    add_ressource,
    add_valorisation,
    remove_ligne,
    update_ligne,
)
from engagement.services.objectifs import (
    add_resultat,
    fix_resultats,
    remove_resultat,
    reopen_resultats,
    set_objectifs,
    set_resultats,
    update_resultat,
)
from engagement.services.partenaires import (
    DejaAssocie,
    add_new_partenaire,
    add_partenaire,
    remove_partenaire,
    update_partenaire,
)
from engagement.services.participants import (
    PresencesConflict,
    add_other,
    add_participants,
    candidates,
    remove_participant,
    set_presences,
    update_participant,
)
from engagement.services.reponses import (
    QUESTIONNAIRE,
    Choix,
    answer_of,
    save_answer,
    take_all,
    take_up,
)
from engagement.services.reunions import (
    add_decision,
    create_reunion,
    perform_reunion,
    remove_decision,
    resend,
    set_decision_done,
    update_decision,
    update_reunion,
    write_minutes,
)
from engagement.services.scenarios import (
    add_scenario_budget,
    keep_scenario_budget,
    remove_scenario_budget,
    update_scenario_budget,
)
from engagement.services.seance_avis import (
    avis_of,
    record_point,
    save_avis_membre,
)
from engagement.services.seances import (
    add_membre as add_membre_comite,
)
from engagement.services.seances import (
    add_point,
    create_seance,
    move_point,
    presentables,
    reconvene,
    remove_point,
    update_seance,
)
from engagement.services.seances import (
    perform_action as perform_seance_action,
)
from engagement.services.seances import (
    remove_membre as remove_membre_comite,
)
from engagement.services.seances import (
    update_membre as update_membre_comite,
)
from engagement.services.validation import (
    expected_organisations,
    record_avis,
    record_validation,
)

__all__ = [
    "QUESTIONNAIRE",
    "Choix",
    "DejaAssocie",
    "PresencesConflict",
    "add_charge",
    "add_convention",
    "add_decision",
    "add_membre_comite",
    "add_new_partenaire",
    "add_other",
    "add_partenaire",
    "add_participants",
    "add_point",
    "add_ressource",
    "add_resultat",
    "add_scenario_budget",
    "add_valorisation",
    "answer_of",
    "avis_of",
    "candidates",
    "confirm_budget",
    "create_reunion",
    "create_seance",
    "expected_organisations",
    "fix_resultats",
    "keep_scenario_budget",
    "move_point",
    "perform_reunion",
    "perform_seance_action",
    "presentables",
    "reconvene",
    "record_avis",
    "record_point",
    "record_validation",
    "remove_convention",
    "remove_decision",
    "remove_ligne",
    "remove_membre_comite",
    "remove_partenaire",
    "remove_participant",
    "remove_point",
    "remove_resultat",
    "remove_scenario_budget",
    "reopen_resultats",
    "resend",
    "save_answer",
    "save_avis_membre",
    "set_decision_done",
    "set_objectifs",
    "set_presences",
    "set_resultats",
    "take_all",
    "take_up",
    "unconfirm_budget",
    "update_action",
    "update_budget",
    "update_convention",
    "update_decision",
    "update_ligne",
    "update_membre_comite",
    "update_partenaire",
    "update_participant",
    "update_resultat",
    "update_reunion",
    "update_scenario_budget",
    "update_seance",
    "write_minutes",
]
