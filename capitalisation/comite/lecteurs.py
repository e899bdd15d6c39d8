"""Who else reads what a committee examines: those who sit in it, by account."""

from __future__ import annotations

from django.db.models import Q

from capitalisation.comite.models import Examen, MembreComite
from capitalisation.comite.permissions import region_of
from core.actor import Actor


def examines(actor: Actor) -> Q:
    """The condition on ``Ressource``: under examination, in a committee where ``actor`` sits now."""
    seats = MembreComite.objects.par_compte(actor).values("comite")
    return Q(pk__in=Examen.objects.ouverts().filter(comite__in=seats).values("ressource"))


def has_own(actor: Actor) -> bool:
    """Acts for a C2RA or the Avise? (Others who sit find their committee from what waits for them: no query here.)"""
    return region_of(actor)[0]
