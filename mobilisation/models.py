"""Where Django looks for the models of an app: this file only leads it to the rooms, and serves nobody else."""

from mobilisation.groupes import models as groupes
from mobilisation.prestataires import models as prestataires
from mobilisation.projet import models as projet
from mobilisation.reponses import models as reponses
from mobilisation.scenarios import models as scenarios

__all__ = ["groupes", "prestataires", "projet", "reponses", "scenarios"]
