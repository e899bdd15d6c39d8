"""What the rooms above do when somebody is not to be named any more."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from core.registry import Registry

if TYPE_CHECKING:
    from capitalisation.consentements.models import Consentement
    from projects.ingenierie.models import Ingenierie

#: ``(ingenierie)``, in the transaction: a consent was refused, taken back or erased, somebody new is listed who did not
#: agree yet, two structures became one.
AU_RETRAIT: Registry[Callable[[Ingenierie], None]] = Registry("ce qui suit un consentement retiré")
#: ``(consentement)``, in the transaction: somebody leaves the list, and her name is not known any more afterwards.
AU_OUBLI: Registry[Callable[[Consentement], None]] = Registry("ce qui suit un nom oublié")
