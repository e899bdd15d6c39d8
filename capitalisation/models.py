"""Where Django looks for the models of an app: this file only leads it to the rooms, and serves nobody else."""

from capitalisation.bibliotheque import models as bibliotheque
from capitalisation.comite import models as comite
from capitalisation.consentements import models as consentements
from capitalisation.recherche import models as recherche
from capitalisation.recits import models as recits
from capitalisation.transfert import models as transfert
from capitalisation.usages import models as usages

__all__ = ["bibliotheque", "comite", "consentements", "recherche", "recits", "transfert", "usages"]
