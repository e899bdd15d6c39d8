"""Séances: planned, changed, convened, held, cancelled; their minutes."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db import transaction

from core import clock
from core.actor import Actor
from core.editing import create, lock
from core.errors import InvalidInput
from engagement.rendezvous.services import convocations
from engagement.reunions.services.reunions import local_zone
from missions.conventions.models import Convention
from missions.conventions.prefill import projet_retenu
from missions.seances.genre import SEANCE
from missions.seances.models import ParticipantSeance, Seance, jours_of
from projects.ingenierie.services import touch

SEANCES_MAX = 120


def of_convention(convention: Convention) -> list[Seance]:
    """Its séances, the first first, each knowing its mission. One query."""
    rows = list(convention.seances.select_related("groupe", "structure__structure", "etape"))
    for row in rows:
        row.convention = convention
    return rows


def intervenants_of(convention: Convention) -> str:
    """Those that the retained project names, one a line; empty when the application does not hold it."""
    projet = projet_retenu(convention.choix)
    rows = (projet.contenu or {}).get("intervenants", []) if projet else []
    told = [", ".join(filter(None, (row.get("nom"), row.get("fonction")))) for row in rows]
    return "\n".join(line for line in told if line)[:1000]


def _with_days(seance: Seance | None, values: Mapping[str, Any]) -> dict[str, Any]:
    """``values`` with the days that the hours make when nobody says them: none typed, or hours moved while the days
    were those of the old ones."""
    values = dict(values)
    hours = [values.get(name, getattr(seance, name, None)) for name in ("heure_debut", "heure_fin")]
    if None in hours:
        return values
    typed: Decimal | None = values.get("jours", seance.jours if seance else None)
    proposed_before = seance is not None and typed == seance.jours == jours_of(seance.heure_debut, seance.heure_fin)
    if typed is None or (proposed_before and hours != [seance.heure_debut, seance.heure_fin]):
        values["jours"] = jours_of(*hours)
    return values


def create_seance(convention: Convention, values: Mapping[str, Any], *, actor: Actor) -> Seance:
    """Plan a séance. ``values``: ``nature``, ``titre``, ``date``, ``heure_debut``, ``heure_fin`` (local), and the rest
    of the fields; without ``jours``, those that the hours make. Raises ``NotAllowed``, ``InvalidInput``."""
    ingenierie = convention.ingenierie
    seance = Seance(convention=convention, debut=clock.now())
    SEANCE.ensure_writes(seance, actor)
    values = _with_days(None, {"fuseau": local_zone(ingenierie), **values})
    with transaction.atomic():
        lock(convention)
        if convention.seances.count() >= SEANCES_MAX:
            raise InvalidInput(f"{SEANCES_MAX} séances au plus par mission.")
        create(seance, values, actor=actor, verb=SEANCE.verb("prevue"), scope=ingenierie)
        touch(ingenierie.pk)
    return seance


def update_seance(
    seance: Seance, values: Mapping[str, Any], *, actor: Actor, expected_version: int | None
) -> tuple[Seance, int]:
    """Change what is announced; those convened are told. See :func:`convocations.update`."""
    values = _with_days(seance, values)
    return convocations.update(SEANCE, seance, values, actor=actor, expected_version=expected_version)


def write_minutes(seance: Seance, text: str, *, actor: Actor, expected_version: int | None) -> Seance:
    """Write the minutes: the team or the prestataire. Raises ``NotAllowed``, ``InvalidInput``, ``EditConflict``."""
    return convocations.write_minutes(SEANCE, seance, text, actor=actor, expected_version=expected_version)


def perform_seance(seance: Seance, action: str, *, actor: Actor, **shown: Any) -> Seance:
    """Convene, hold, cancel, take back. ``shown``: ``expected_state``, ``version``, ``reason``."""
    return convocations.perform(SEANCE, seance, action, actor=actor, **shown)


def resend(seance: Seance, *, actor: Actor, expected_version: int | None, only: ParticipantSeance | None = None) -> int:
    """Send the convocation again, to all or to ``only``: see :func:`convocations.resend`."""
    return convocations.resend(SEANCE, seance, actor=actor, expected_version=expected_version, only=only)
