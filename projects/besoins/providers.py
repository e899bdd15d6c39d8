"""What the needs give: an entry of the menu, what waits for a person."""

from core.menu import MENU, MenuEntry
from projects.besoins.dashboard import pooling
from projects.besoins.permissions import can_read_needs
from projects.dashboard import TODOS


def register() -> None:
    """Fill the registries; called once by ``ProjectsConfig.ready``."""
    MENU.register("besoins", MenuEntry("Besoins", "grid-3x3", "besoins:radar", can_read_needs), order=25)
    TODOS.register("mutualisations", pooling, order=20)
