"""What the needs give: an entry of the menu, what waits for a person."""

from accounts.services.takeover import unless_there
from core.menu import MENU, MenuEntry
from core.merging import MOVES
from projects.besoins.dashboard import pooling
from projects.besoins.models import ReponseMutualisation
from projects.besoins.permissions import can_read_needs
from projects.dashboard import TODOS


def register() -> None:
    """Fill the registries; called once by ``ProjectsConfig.ready``."""
    MENU.register("besoins", MenuEntry("Besoins", "grid-3x3", "besoins:radar", can_read_needs), order=25)
    MOVES.register("projects.reponsemutualisation.organisation", unless_there(ReponseMutualisation, "mutualisation"))
    TODOS.register("mutualisations", pooling, order=20)
