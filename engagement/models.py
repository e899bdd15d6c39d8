"""Where Django looks for the models of an app: this file only leads it to the rooms, and serves nobody else."""

from engagement.budget import models as budget
from engagement.comite import models as comite
from engagement.objectifs import models as objectifs
from engagement.partenaires import models as partenaires
from engagement.presentation import models as presentation
from engagement.reunions import models as reunions
from engagement.validation import models as validation

__all__ = ["budget", "comite", "objectifs", "partenaires", "presentation", "reunions", "validation"]
