"""What every source of dates on the ingénieries shares."""

from __future__ import annotations

from django.db.models import QuerySet

from core.actor import Actor
from core.echeances import Window
from projects.dashboard import carried_by
from projects.ingenierie.models import Ingenierie


def concerned(actor: Actor, window: Window) -> QuerySet[Ingenierie]:
    """The ingénieries whose dates are asked for: the one of the window, or those that the actor carries."""
    if window.ingenierie is not None:
        return Ingenierie.objects.filter(pk=window.ingenierie)
    return carried_by(actor)
