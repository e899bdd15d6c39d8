"""Where Django looks for the models of an app: this file only leads it to the rooms, and serves nobody else."""

from capitalisation.consentements import models as consentements
from capitalisation.transfert import models as transfert

__all__ = ["consentements", "transfert"]
