"""What happens in « Engager »: one function per action of the business."""

from engagement.services.action import update_action
from engagement.services.budget import confirm_budget, unconfirm_budget, update_budget
from engagement.services.conventions import add_convention, remove_convention, update_convention
from engagement.services.lignes import add_charge, add_ressource, add_valorisation, remove_ligne, update_ligne
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
from engagement.services.scenarios import (
    add_scenario_budget,
    keep_scenario_budget,
    remove_scenario_budget,
    update_scenario_budget,
)
from engagement.services.validation import expected_organisations, record_avis, record_validation

__all__ = [
    "DejaAssocie",
    "add_charge",
    "add_convention",
    "add_new_partenaire",
    "add_partenaire",
    "add_ressource",
    "add_resultat",
    "add_scenario_budget",
    "add_valorisation",
    "confirm_budget",
    "expected_organisations",
    "fix_resultats",
    "keep_scenario_budget",
    "record_avis",
    "record_validation",
    "remove_convention",
    "remove_ligne",
    "remove_partenaire",
    "remove_resultat",
    "remove_scenario_budget",
    "reopen_resultats",
    "set_objectifs",
    "set_resultats",
    "unconfirm_budget",
    "update_action",
    "update_budget",
    "update_convention",
    "update_ligne",
    "update_partenaire",
    "update_resultat",
    "update_scenario_budget",
]
