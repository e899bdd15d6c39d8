"""What happens to an ingénierie: one function per action of the business."""

from projects.services.besoins import chosen_structures, open_from_needs
from projects.services.checklist import add_own_item, remove_own_item, set_item
from projects.services.existant import record_existant
from projects.services.gates import attest, give_avis_c2ra
from projects.services.individuelle import beneficiaire, default_title, open_individuelle
from projects.services.ingenierie import (
    create_ingenierie,
    opened_just_now,
    perform_action,
    refresh_scopes,
    touch,
    update_identite,
    update_section,
    update_type,
)

__all__ = [
    "add_own_item",
    "attest",
    "beneficiaire",
    "chosen_structures",
    "create_ingenierie",
    "default_title",
    "give_avis_c2ra",
    "open_from_needs",
    "open_individuelle",
    "opened_just_now",
    "perform_action",
    "record_existant",
    "refresh_scopes",
    "remove_own_item",
    "set_item",
    "touch",
    "update_identite",
    "update_section",
    "update_type",
]
