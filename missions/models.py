"""Where Django looks for the models of an app: this file only leads it to the rooms, and serves nobody else."""

from missions.conventions import models as conventions
from missions.modifications import models as modifications
from missions.seances import models as seances
from missions.suivi import models as suivi

__all__ = ["conventions", "modifications", "seances", "suivi"]
