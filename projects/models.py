"""Where Django looks for the models of an app: this file only leads it to the rooms, and serves nobody else."""

from projects.besoins import models as besoins
from projects.cycle import models as cycle
from projects.demarche import models as demarche
from projects.identification import models as identification
from projects.ingenierie import models as ingenierie
from projects.methodologie import models as methodologie
from projects.plans import models as plans
from projects.structures_ciblees import models as structures_ciblees

__all__ = [
    "besoins",
    "cycle",
    "demarche",
    "identification",
    "ingenierie",
    "methodologie",
    "plans",
    "structures_ciblees",
]
