"""What happens to an ingénierie: one function per action of the business."""

from projects.services.checklist import add_own_item, remove_own_item, set_item
from projects.services.gates import attest, give_avis_c2ra
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
    "create_ingenierie",
    "give_avis_c2ra",
    "opened_just_now",
    "perform_action",
    "refresh_scopes",
    "remove_own_item",
    "set_item",
    "touch",
    "update_identite",
    "update_section",
    "update_type",
]
