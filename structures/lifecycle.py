"""The state machines of the floor, put on the models of its rooms once all apps are there."""

from structures.diagnostics import lifecycle as diagnostics
from structures.plans import lifecycle as plans

__all__ = ["diagnostics", "plans"]
