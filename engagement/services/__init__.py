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
from engagement.services.validation import (
    expected_organisations,
    record_avis,
    record_validation,
)

__all__ = [
    "DejaAssocie",
    "PresencesConflict",
    "add_charge",
    "add_convention",
    "add_decision",
    "add_new_partenaire",
    "add_other",
    "add_partenaire",
    "add_participants",
    "add_ressource",
    "add_resultat",
    "add_scenario_budget",
    "add_valorisation",
    "candidates",
    "confirm_budget",
    "create_reunion",
    "expected_organisations",
    "fix_resultats",
    "keep_scenario_budget",
    "perform_reunion",
    "record_avis",
    "record_validation",
    "remove_convention",
    "remove_decision",
    "remove_ligne",
    "remove_partenaire",
    "remove_participant",
    "remove_resultat",
    "remove_scenario_budget",
    "reopen_resultats",
    "resend",
    "set_decision_done",
    "set_objectifs",
    "set_presences",
    "set_resultats",
    "unconfirm_budget",
    "update_action",
    "update_budget",
    "update_convention",
    "update_decision",
    "update_ligne",
    "update_partenaire",
    "update_participant",
    "update_resultat",
    "update_reunion",
    "update_scenario_budget",
    "write_minutes",
]
