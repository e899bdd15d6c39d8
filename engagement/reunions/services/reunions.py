"""Meetings: planned, changed, convened, held, cancelled; who comes, what is written and decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Max

from core import clock, journal
from core.actor import Actor
from core.editing import apply_changes, checked, create, lock, remove
from core.errors import InvalidInput
from engagement.rendezvous.services import convocations
from engagement.reunions.genre import REUNION
from engagement.reunions.models import DecisionReunion, ParticipantReunion, Reunion
from projects.ingenierie.models import Ingenierie
from projects.ingenierie.services import ensure_open, touch
from referentiels.fuseaux import fuseau_of

journal.register_verbs(
    {
        "engagement.decision_ajoutee": "a inscrit une décision",
        "engagement.decision": "a modifié une décision",
        "engagement.decision_faite": "a noté où en est une décision",
        "engagement.decision_retiree": "a retiré une décision",
    }
)

DECISIONS_MAX = 60


def local_zone(ingenierie: Ingenierie) -> str:
    """The time zone proposed for a meeting of this ingénierie."""
    return fuseau_of(ingenierie.departements.values_list("code", flat=True))


def create_reunion(ingenierie: Ingenierie, values: Mapping[str, Any], *, actor: Actor) -> Reunion:
    """Plan a meeting. ``values``: ``nature``, ``objet``, ``date``, ``heure_debut``, ``heure_fin`` (local), and the
    rest of the fields. Raises ``NotAllowed``, ``InvalidInput``."""
    ensure_open(ingenierie, actor)
    reunion = Reunion(ingenierie=ingenierie, debut=clock.now())
    values = {"fuseau": local_zone(ingenierie), **values}
    with transaction.atomic():
        create(reunion, values, actor=actor, verb=REUNION.verb("prevue"), scope=ingenierie)
        touch(ingenierie.pk)
    return reunion


def update_reunion(
    reunion: Reunion, values: Mapping[str, Any], *, actor: Actor, expected_version: int | None
) -> tuple[Reunion, int]:
    """Change what is announced of a meeting: see :func:`convocations.update`."""
    return convocations.update(REUNION, reunion, values, actor=actor, expected_version=expected_version)


def write_minutes(reunion: Reunion, text: str, *, actor: Actor, expected_version: int | None) -> Reunion:
    """Write the minutes. Raises ``NotAllowed``, ``InvalidInput``, ``EditConflict``."""
    return convocations.write_minutes(REUNION, reunion, text, actor=actor, expected_version=expected_version)


def perform_reunion(reunion: Reunion, action: str, *, actor: Actor, **shown: Any) -> Reunion:
    """Convene, hold, cancel, take back. ``shown``: ``expected_state``, ``version``, ``reason``. Raises what
    :func:`core.lifecycle.perform` raises."""
    return convocations.perform(REUNION, reunion, action, actor=actor, **shown)


def resend(
    reunion: Reunion, *, actor: Actor, expected_version: int | None, only: ParticipantReunion | None = None
) -> int:
    """Send the convocation again, to all or to ``only``: see :func:`convocations.resend`."""
    return convocations.resend(REUNION, reunion, actor=actor, expected_version=expected_version, only=only)


# --- Decisions ------------------------------------------------------------------------------------------------------


def add_decision(reunion: Reunion, values: Mapping[str, Any], *, actor: Actor) -> DecisionReunion:
    """Inscribe a decision: ``texte``, ``qui`` (function or organism), ``echeance``.

    Raises ``NotAllowed``, ``InvalidInput``.
    """
    ingenierie = reunion.ingenierie
    ensure_open(ingenierie, actor)
    row = DecisionReunion(reunion=reunion)
    with transaction.atomic():
        lock(reunion).ensure_open()
        if reunion.decisions.count() >= DECISIONS_MAX:
            raise InvalidInput(f"{DECISIONS_MAX} décisions au plus par réunion : regroupez-les.")
        row.position = (reunion.decisions.aggregate(last=Max("position"))["last"] or 0) + 1
        create(row, values, actor=actor, verb="engagement.decision_ajoutee", scope=ingenierie)
        touch(ingenierie.pk)
    return row


def update_decision(
    decision: DecisionReunion, values: Mapping[str, Any], *, actor: Actor, expected_version: int | None
) -> DecisionReunion:
    """Change a decision. Raises ``NotAllowed``, ``InvalidInput``, ``EditConflict``."""
    return _change(decision, checked(decision, values), "engagement.decision", actor, expected_version)


def set_decision_done(
    decision: DecisionReunion, done: bool, *, actor: Actor, expected_version: int | None
) -> DecisionReunion:
    """Note that a decision is done (today), or that it is not. Raises ``NotAllowed``, ``StaleState``."""
    if done == (decision.faite_le is not None):
        return decision
    values = {"faite_le": clock.today() if done else None}
    return _change(decision, values, "engagement.decision_faite", actor, expected_version)


def _change(
    decision: DecisionReunion, values: dict[str, Any], verb: str, actor: Actor, expected_version: int | None
) -> DecisionReunion:
    ingenierie = decision.reunion.ingenierie
    ensure_open(ingenierie, actor)
    with transaction.atomic():
        fresh = apply_changes(
            decision, values, actor=actor, verb=verb, expected_version=expected_version, scope=ingenierie
        )
        touch(ingenierie.pk)
    return fresh


def remove_decision(decision: DecisionReunion, *, actor: Actor, expected_version: int | None = None) -> None:
    """Take a decision out; the journal keeps what it said. Raises ``NotAllowed``, ``StaleState``."""
    ingenierie = decision.reunion.ingenierie
    ensure_open(ingenierie, actor)
    with transaction.atomic():
        locked = lock(decision, expected_version, typed=False)
        remove(locked, actor=actor, verb="engagement.decision_retiree", scope=ingenierie)
        touch(ingenierie.pk)


def decisions_of(reunion: Reunion) -> Sequence[DecisionReunion]:
    """The decisions in their order, each knowing its meeting without asking for it."""
    rows = list(reunion.decisions.all())
    for row in rows:
        row.reunion = reunion
    return rows
