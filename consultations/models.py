"""Where Django looks for the models of an app: this file only leads it to the rooms, and serves nobody else."""

from consultations.cadre import models as cadre
from consultations.cahier import models as cahier
from consultations.choix import models as choix
from consultations.consultes import models as consultes

__all__ = ["cadre", "cahier", "choix", "consultes"]
