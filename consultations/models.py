"""Where Django looks for the models of an app: this file only leads it to the rooms, and serves nobody else."""

from consultations.appel import models as appel
from consultations.cahier import models as cahier
from consultations.choix import models as choix
from consultations.consultes import models as consultes
from consultations.lecture import models as lecture
from consultations.propositions import models as propositions
from consultations.regles import models as regles

__all__ = ["appel", "cahier", "choix", "consultes", "lecture", "propositions", "regles"]
