"""Jobs are looked for here (:mod:`core.apps`): this file only leads to those of the rooms."""

from capitalisation.comite import tasks as comite
from capitalisation.recherche import tasks as recherche
from capitalisation.recits import tasks as recits
from capitalisation.usages import tasks as usages

__all__ = ["comite", "recherche", "recits", "usages"]
