"""Meetings: planned, changed, convened, held, cancelled; who comes, what is written and decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Max

from core import clock, journal
from core.actor import Actor
from core.editing import apply_changes, checked, create, lock, remove, section_version
from core.errors import InvalidInput
from core.lifecycle import perform
from engagement.calendar import next_sequence
from engagement.reunions.enums import EtatReunion
from engagement.reunions.models import DecisionReunion, ParticipantReunion, Reunion
from engagement.reunions.services.convocations import owe_cancellations, owe_convocations
from projects.ingenierie.models import Ingenierie
from projects.ingenierie.services import ensure_open, touch
from referentiels.fuseaux import fuseau_of

journal.register_verbs(
    {
        "engagement.reunion_prevue": "a prévu la réunion",
        "engagement.reunion_modifiee": "a modifié la réunion",
        "engagement.reunion_compte_rendu": "a écrit le compte rendu de la réunion",
        "engagement.reunion_renvoyee": "a renvoyé la convocation à la réunion",
        "engagement.decision_ajoutee": "a inscrit une décision",
        "engagement.decision": "a modifié une décision",
        "engagement.decision_faite": "a noté où en est une décision",
        "engagement.decision_retiree": "a retiré une décision",
    }
)

#: What the people convened must be told again when it changes.
ANNONCE = frozenset({"nature", "objet", "date", "heure_debut", "heure_fin", "fuseau", "lieu", "visio"})
_WRITTEN = frozenset({"compte_rendu"})
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
        create(reunion, values, actor=actor, verb="engagement.reunion_prevue", scope=ingenierie)
        touch(ingenierie.pk)
    return reunion


def update_reunion(
    reunion: Reunion, values: Mapping[str, Any], *, actor: Actor, expected_version: int | None
) -> tuple[Reunion, int]:
    """Change what is announced of a meeting; those already convened are told what changed.

    Returns the meeting and how many mails are owed. Raises ``NotAllowed``, ``InvalidInput``, ``EditConflict``.
    """
    ingenierie = reunion.ingenierie
    ensure_open(ingenierie, actor)
    if set(values) & _WRITTEN:
        raise InvalidInput("Le compte rendu s’écrit à part.")
    values = checked(reunion, values)
    with transaction.atomic():
        before = lock(reunion)
        before.ensure_open()
        fresh = apply_changes(
            reunion,
            values,
            actor=actor,
            verb="engagement.reunion_modifiee",
            expected_version=section_version(reunion, values, expected_version),
            scope=ingenierie,
        )
        told = {name for name in ANNONCE if getattr(before, name) != getattr(fresh, name)}
        owed = 0
        if told and fresh.state == EtatReunion.CONVOQUEE:
            if fresh.debut <= clock.now():
                raise InvalidInput("Cette date est passée : donnez-en une à venir, ou annulez la réunion.")
            next_sequence(fresh)
            owed = owe_convocations(fresh, fresh.participants.expected(), actor=actor)
        touch(ingenierie.pk)
    return fresh, owed


def write_minutes(reunion: Reunion, text: str, *, actor: Actor, expected_version: int | None) -> Reunion:
    """Write the minutes. Raises ``NotAllowed``, ``InvalidInput``, ``EditConflict``."""
    ensure_open(reunion.ingenierie, actor)
    values = checked(reunion, {"compte_rendu": text.strip()})
    with transaction.atomic():
        lock(reunion).ensure_open()
        fresh = apply_changes(
            reunion,
            values,
            actor=actor,
            verb="engagement.reunion_compte_rendu",
            expected_version=section_version(reunion, values, expected_version),
            scope=reunion.ingenierie,
        )
        touch(reunion.ingenierie_id)
    return fresh


def perform_reunion(
    reunion: Reunion, action: str, *, actor: Actor, expected_state: str, version: int | None = None, reason: str = ""
) -> Reunion:
    """Convene, hold, cancel, take back. Raises what :func:`core.lifecycle.perform` raises."""

    def before(locked: Reunion) -> dict[str, Any]:
        if action == "convoquer":
            locked.convoquee_le = clock.now()
            return {"convoquee_le": (None, locked.convoquee_le)}
        if action == "annuler":
            locked.motif_annulation = reason.strip()
        return {}

    def effect(locked: Reunion) -> None:
        if action == "convoquer":
            owe_convocations(locked, locked.participants.expected(), actor=actor)
        elif action == "annuler" and locked.convoquee_le:
            next_sequence(locked)
            owe_cancellations(locked, locked.participants.expected(), actor=actor)
        touch(locked.ingenierie_id)

    return perform(
        reunion,
        action,
        actor=actor,
        expected_state=expected_state,
        version=version,
        reason=reason,
        scope=reunion.ingenierie,
        before=before,
        effect=effect,
    )


def resend(
    reunion: Reunion, *, actor: Actor, expected_version: int | None, only: ParticipantReunion | None = None
) -> int:
    """Send the convocation again as it stands (a new agenda, somebody who lost it), to all or to ``only``; returns how
    many mails.

    Raises ``NotAllowed``, ``InvalidInput``, ``StaleState``.
    """
    ensure_open(reunion.ingenierie, actor)
    with transaction.atomic():
        locked = lock(reunion, expected_version, typed=False)
        if locked.state != EtatReunion.CONVOQUEE or locked.debut <= clock.now():
            raise InvalidInput("Seule la convocation d’une réunion convoquée et à venir se renvoie.")
        next_sequence(locked)
        locked.version += 1
        locked.save(update_fields=["version"])
        expected = locked.participants.expected()
        owed = owe_convocations(locked, expected.filter(pk=only.pk) if only else expected, actor=actor)
        journal.record(actor, "engagement.reunion_renvoyee", locked, scope=reunion.ingenierie)
        touch(reunion.ingenierie_id)
    return owed


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
