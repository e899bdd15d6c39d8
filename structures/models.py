"""The models of the rooms, where Django looks for them: everybody else imports them from their room."""

from structures.annuaire import models as annuaire
from structures.diagnostics import models as diagnostics
from structures.plans import models as plans

__all__ = ["annuaire", "diagnostics", "plans"]
