"""Who is expected, who came: the same for a meeting and for a séance."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.db import transaction

from core import clock, journal
from core.actor import Actor
from core.editing import apply_changes, checked, create, lock
from core.errors import InvalidInput, StaleState
from engagement.calendar import next_sequence
from engagement.rendezvous.candidates import Candidate
from engagement.rendezvous.enums import EtatRendezvous
from engagement.rendezvous.genre import Genre
from engagement.rendezvous.models import ParticipantModel, RendezvousModel
from engagement.rendezvous.services.convocations import owe_cancellations, owe_convocations
from projects.ingenierie.services import touch

PARTICIPANTS_MAX = 200
Noted = Mapping[int, tuple[Mapping[str, str], Mapping[str, str]]]


def _open_list(rendezvous: RendezvousModel) -> Any:
    """It, locked, if people may still be put on its list."""
    locked = lock(rendezvous)
    locked.ensure_open()
    return locked


def add_participants(
    genre: Genre,
    rendezvous: RendezvousModel,
    keys: Iterable[str],
    known: Mapping[str, Candidate],
    key_of: Callable[[Any], str],
    *,
    actor: Actor,
) -> list[Any]:
    """Expect these of the ``known`` candidates; those already expected are left as they are.

    When it is convened, they are written to at once. An address that another participant already has is left
    empty: one mail each. Returns those added. Raises ``NotAllowed``, ``InvalidInput`` for a key of another dossier.
    """
    genre.ensure_writes(rendezvous, actor)
    ingenierie = rendezvous.ingenierie
    asked = list(dict.fromkeys(keys))
    if unknown := [key for key in asked if key not in known]:
        raise InvalidInput(
            "Cette personne n’est plus dans le dossier : rechargez la page pour choisir parmi les présentes.",
            reasons=unknown,
        )
    with transaction.atomic():
        locked = _open_list(rendezvous)
        rows = list(rendezvous.participants.all())
        added, returned = [], []
        for key in asked:
            row = next((r for r in rows if key_of(r) == key), None)
            if row is not None and row.retire_le is None:
                continue
            taken = {r.email.lower() for r in rows if r.email and r.retire_le is None}
            if row is not None:
                row.retire_le = None
                if row.email.lower() in taken:
                    row.email = ""
                row.version += 1
                row.save()
                journal.record(actor, genre.participant_verb("_ajoute"), row, scope=ingenierie)
                returned.append(row)
            else:
                row = _new(genre, rendezvous, known[key], taken)
                _insert(genre, row, len(rows), actor, ingenierie)
                rows.append(row)
            added.append(row)
        _tell(genre, locked, added, again=bool(returned), actor=actor)
        if added:
            touch(ingenierie.pk)
    return added


def _new(genre: Genre, rendezvous: RendezvousModel, candidate: Candidate, taken: set[str]) -> Any:
    return rendezvous.participants.model(
        **{genre.code: rendezvous},
        source=candidate.source,
        organisme=candidate.organisme[:200],
        personne=candidate.personne[:160],
        fonction=candidate.fonction[:160],
        email="" if candidate.email.lower() in taken else candidate.email,
        **candidate.values,
    )


def _insert(genre: Genre, row: ParticipantModel, count: int, actor: Actor, ingenierie: Any) -> None:
    if count >= PARTICIPANTS_MAX:
        raise InvalidInput(f"{PARTICIPANTS_MAX} participants au plus par {genre.nom}.")
    create(row, actor=actor, verb=genre.participant_verb("_ajoute"), scope=ingenierie)


def _tell(genre: Genre, rendezvous: RendezvousModel, added: list[Any], *, again: bool, actor: Actor) -> None:
    """Write to those added to what is already convened."""
    if rendezvous.state != EtatRendezvous.CONVOQUEE or rendezvous.debut <= clock.now() or not added:
        return
    if again:
        # A calendar that was told to forget it only listens to a higher number.
        next_sequence(rendezvous)
    owe_convocations(genre, rendezvous, added, actor=actor)


def add_other(
    genre: Genre, row: ParticipantModel, values: Mapping[str, Any], *, twice: Mapping[str, Any], actor: Actor
) -> Any:
    """Expect somebody the dossier does not know: ``row`` is not saved yet. ``twice``: what the other half of a double
    click would look like. Raises ``NotAllowed``, ``InvalidInput``."""
    rendezvous = row.rendezvous
    genre.ensure_writes(rendezvous, actor)
    with transaction.atomic():
        locked = _open_list(rendezvous)
        if already := rendezvous.participants.expected().filter(**twice).first():
            return already
        for name, value in checked(row, values).items():
            setattr(row, name, value)
        _insert(genre, row, rendezvous.participants.count(), actor, rendezvous.ingenierie)
        _tell(genre, locked, [row], again=False, actor=actor)
        touch(rendezvous.ingenierie.pk)
    return row


def update_participant(
    genre: Genre,
    participant: ParticipantModel,
    values: Mapping[str, Any],
    *,
    actor: Actor,
    expected_version: int | None,
) -> Any:
    """Correct who comes; a new address of what is convened is written to. Raises as :func:`add_other`, and
    ``EditConflict``."""
    rendezvous = participant.rendezvous
    genre.ensure_writes(rendezvous, actor)
    with transaction.atomic():
        locked = _open_list(rendezvous)
        before = participant.email
        fresh = apply_changes(
            participant,
            checked(participant, values),
            actor=actor,
            verb=genre.participant_verb(),
            expected_version=expected_version,
            scope=rendezvous.ingenierie,
        )
        if fresh.email and fresh.email.lower() != before.lower():
            # The same number would be the mail already owed to the address it replaces.
            _tell(genre, locked, [fresh], again=fresh.sequence is not None, actor=actor)
        touch(rendezvous.ingenierie.pk)
    return fresh


def remove_participant(
    genre: Genre, participant: ParticipantModel, *, actor: Actor, expected_version: int | None = None
) -> None:
    """Expect somebody no more; who had been convened is told. Raises ``NotAllowed``, ``InvalidInput``,
    ``StaleState``."""
    rendezvous = participant.rendezvous
    genre.ensure_writes(rendezvous, actor)
    with transaction.atomic():
        locked = _open_list(rendezvous)
        row = lock(participant, expected_version, typed=False)
        if row.retire_le is not None:
            raise StaleState("Cette personne n’était déjà plus attendue : rechargez la page.")
        row.retire_le = clock.now()
        row.version += 1
        row.save()
        journal.record(actor, genre.participant_verb("_retire"), row, scope=rendezvous.ingenierie)
        if locked.state == EtatRendezvous.CONVOQUEE and locked.debut > clock.now() and row.sequence is not None:
            next_sequence(locked)
            owe_cancellations(genre, locked, [row], actor=actor)
        touch(rendezvous.ingenierie.pk)


class PresencesConflict(StaleState):
    """Somebody else noted otherwise the presence of these participants (``rows``, as recorded now)."""

    title = "Quelqu’un a noté ces présences en même temps que vous"

    def __init__(self, rows: list[Any]):
        super().__init__("D’autres réponses ont été enregistrées entre-temps pour : " + ", ".join(map(str, rows)) + ".")
        self.rows = rows


def set_presences(genre: Genre, rendezvous: RendezvousModel, noted: Noted, *, actor: Actor) -> int:
    """Note who came. ``noted``: participant id → (what the page showed, what is answered), each with the fields of
    ``genre.presence``. Only what differs is written, so that two people may share the sheet; returns how many rows.

    Raises ``NotAllowed``, ``InvalidInput``, ``PresencesConflict`` (nothing is written then).
    """
    genre.ensure_holds(rendezvous, actor)
    ingenierie = rendezvous.ingenierie
    with transaction.atomic():
        locked = _open_list(rendezvous)
        if locked.debut > clock.now():
            raise InvalidInput(f"La {genre.nom} n’a pas encore commencé : les présences se notent ensuite.")
        rows = {row.pk: row for row in rendezvous.participants.expected()}
        conflicts, changed = [], []
        for pk, (shown, answered) in noted.items():
            row = rows.get(pk)
            if row is None or dict(shown) == dict(answered):
                continue
            if answered["presence"] not in genre.presences:
                raise InvalidInput("Cette réponse n’existe pas : rechargez la page.")
            now = {name: getattr(row, name) for name in answered}
            if now == dict(answered):
                continue
            (changed if now == dict(shown) else conflicts).append((row, answered))
        if conflicts:
            raise PresencesConflict([row for row, _ in conflicts])
        for row, answered in changed:
            apply_changes(
                row,
                checked(row, answered),
                actor=actor,
                verb=f"{genre.app}.presences",
                expected_version=None,
                scope=ingenierie,
            )
        if changed:
            touch(ingenierie.pk)
    return len(changed)
