"""Where Django looks for the models of an app: this file only leads it to the rooms, and serves nobody else."""

from missions.conventions import models as conventions
from missions.modifications import models as modifications
from missions.paiements import models as paiements
from missions.productions import models as productions
from missions.rapports import models as rapports
from missions.seances import models as seances
from missions.suivi import models as suivi

__all__ = ["conventions", "modifications", "paiements", "productions", "rapports", "seances", "suivi"]
