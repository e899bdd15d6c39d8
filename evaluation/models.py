"""Where Django looks for the models of an app: this file only leads it to the rooms, and serves nobody else."""

from evaluation.grilles import models as grilles
from evaluation.questionnaires import models as questionnaires
from evaluation.resultats import models as resultats
from evaluation.synthese import models as synthese

__all__ = ["grilles", "questionnaires", "resultats", "synthese"]
