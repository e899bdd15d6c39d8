"""The fiches that no signature made: of conventions signed before the application kept them."""

from __future__ import annotations

from collections.abc import Callable

from django.db import transaction

from core.actor import Actor
from missions.conventions.enums import EtatConvention
from missions.conventions.models import Convention
from missions.suivi.services import fiche_of
from projects.enums import OPEN_STATES
from projects.ingenierie.services import touch


def preparer(*, actor: Actor, check: Callable[[], None] = lambda: None) -> int:
    """Make the fiche of every running mission that has none; returns how many. Nothing is sent: the team sends it, and
    the prestataire finds it in its space. One transaction a mission."""
    rows = Convention.objects.standing().filter(
        state=EtatConvention.SIGNEE, ingenierie__state__in=OPEN_STATES, fiche_suivi=None
    )
    made = 0
    for convention in rows.select_related("ingenierie").order_by("pk"):
        check()
        with transaction.atomic():
            fiche_of(convention, actor=actor)
            touch(convention.ingenierie_id)
        made += 1
    return made
