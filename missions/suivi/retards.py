"""Late stages: the prestataire is reminded first, then the chargé de mission learns it (002: dates are not always held,
« et ceci sans information »)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from django.db import transaction

from core import clock, journal
from core.actor import Actor
from core.editing import apply_changes, lock
from missions.conventions.enums import EtatConvention
from missions.mission.permissions import people_of
from missions.suivi.models import EtapeSuivi
from missions.suivi.services import charge_address, mail
from projects.enums import OPEN_STATES

journal.register_verbs(
    {
        "missions.etape_relancee": "a relancé le prestataire sur une étape en retard",
        "missions.etape_signalee": "a signalé une étape en retard au chargé de mission",
    }
)

#: A stage is late the day after its planned end; the prestataire is then reminded, once, after so many days.
RELANCE_APRES = dt.timedelta(days=2)
#: Without an answer, the chargé de mission learns it so many days after that reminder.
SIGNALEMENT_APRES = dt.timedelta(days=7)


def _late(today: dt.date):
    return (
        EtapeSuivi.objects.filter(
            rendue_le=None,
            prevu_fin__lt=today,
            fiche__convention__state=EtatConvention.SIGNEE,
            fiche__convention__choix__retire_at__isnull=True,
            fiche__convention__ingenierie__state__in=OPEN_STATES,
        )
        .select_related("fiche__convention__ingenierie__pilote", "fiche__convention__choix__prestataire")
        .order_by("pk")
    )


def relancer(today: dt.date, *, actor: Actor, check: Callable[[], None] = lambda: None) -> tuple[int, int]:
    """Remind the prestataires of their late stages, once each; then tell the chargés de mission of those that stay
    so. Returns how many of each. One transaction a stage."""
    reminded = told = 0
    for row in _late(today - RELANCE_APRES).filter(relancee_le=None):
        check()
        reminded += _note(row, "relancee_le", actor)
    before = clock.now() - SIGNALEMENT_APRES
    for row in _late(today).filter(relancee_le__lte=before, signalee_le=None):
        check()
        told += _note(row, "signalee_le", actor)
    return reminded, told


@transaction.atomic
def _note(row: EtapeSuivi, field: str, actor: Actor) -> int:
    convention = row.fiche.convention
    lock(row.fiche)
    locked = lock(row)
    if locked.rendue_le is not None or getattr(locked, field) is not None:
        return 0
    locked.fiche = row.fiche
    first = field == "relancee_le"
    verb = "missions.etape_relancee" if first else "missions.etape_signalee"
    fresh = apply_changes(
        locked, {field: clock.now()}, actor=actor, verb=verb, expected_version=None, scope=convention.ingenierie
    )
    charge = charge_address(convention)
    to = [email for _, email in people_of(convention)] if first else [charge] if charge else []
    for email in to:
        name = "etape_en_retard" if first else "etape_signalee"
        mail(name, email, convention, actor, {"etape": fresh.pk, "prevu": fresh.prevu_fin.isoformat()})
    return 1
