"""Who is expected at a meeting, among whom the dossier knows; who came."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from accounts.models import Membership
from core import clock, journal
from core.actor import Actor
from core.editing import apply_changes, checked, create, lock
from core.errors import InvalidInput, StaleState
from engagement.calendar import next_sequence
from engagement.partenaires.models import PartenaireProjet
from engagement.reunions.enums import EtatReunion, Presence, SourceParticipant
from engagement.reunions.models import ParticipantReunion, Reunion
from engagement.reunions.services.convocations import owe_cancellations, owe_convocations
from projects.enums import EtatMobilisation
from projects.ingenierie.models import Ingenierie
from projects.ingenierie.services import ensure_open, touch
from projects.structures_ciblees.models import StructureCiblee

journal.register_verbs(
    {
        "engagement.participant_ajoute": "attend un participant à la réunion",
        "engagement.participant": "a modifié un participant à la réunion",
        "engagement.participant_retire": "n’attend plus un participant à la réunion",
        "engagement.presences": "a noté qui est venu à la réunion",
    }
)

PARTICIPANTS_MAX = 200
_GONE = (EtatMobilisation.DECLINEE, EtatMobilisation.RETIREE)
_ANCHORS = {
    SourceParticipant.PARTENAIRE: "partenaire_id",
    SourceParticipant.STRUCTURE: "structure_id",
    SourceParticipant.MEMBRE: "membre_id",
}
#: Which of the other contacts of a partner, of a structure: the field, and the beginning of its key.
_CONTACTS = {
    SourceParticipant.PARTENAIRE: ("contact_id", "contact"),
    SourceParticipant.STRUCTURE: ("contact_structure_id", "contact-structure"),
}


def key_of(row: ParticipantReunion) -> str:
    """The key of the candidate that ``row`` was, or empty: « partenaire-12 », « contact-5 », « membre-3 »."""
    for name, start in _CONTACTS.values():
        if (pk := getattr(row, name)) is not None:
            return f"{start}-{pk}"
    return next(
        (f"{source.value}-{pk}" for source, name in _ANCHORS.items() if (pk := getattr(row, name)) is not None), ""
    )


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody the dossier knows, who could be expected. ``key`` is « partenaire-12 », or « contact-5 » for another
    contact of a partner than the main one (« contact-structure-5 » of a structure)."""

    source: SourceParticipant
    pk: int
    organisme: str
    personne: str
    fonction: str
    email: str
    note: str = ""
    contact: int | None = None

    @property
    def key(self) -> str:
        if self.contact is None:
            return f"{self.source.value}-{self.pk}"
        return f"{_CONTACTS[self.source][1]}-{self.contact}"


def candidates(ingenierie: Ingenierie) -> list[Candidate]:
    """Partners, targeted structures (but those gone), members of the organisations of the ingénierie: six
    queries, whatever their number."""
    found = []
    partners = PartenaireProjet.objects.filter(ingenierie=ingenierie).select_related("partenaire")
    for row in partners.prefetch_related("partenaire__contacts"):
        p, name = row.partenaire, str(row.partenaire)
        note = "comité de pilotage" if row.comite_pilotage else ("groupe de travail" if row.groupe_travail else "")
        found.append(
            Candidate(
                SourceParticipant.PARTENAIRE, row.pk, name, p.contact_name, p.contact_function, p.contact_email, note
            )
        )
        found += [
            Candidate(SourceParticipant.PARTENAIRE, row.pk, name, c.name, c.function, c.email, c.note, contact=c.pk)
            for c in p.contacts.all()
        ]
    structures = StructureCiblee.objects.filter(ingenierie=ingenierie).exclude(state__in=_GONE)
    structures = structures.select_related("structure").prefetch_related("structure__contacts")
    for row in structures.order_by("structure__search_text", "pk"):
        s, name, source = row.structure, str(row.structure), SourceParticipant.STRUCTURE
        state = row.get_state_display()
        found.append(Candidate(source, row.pk, name, s.contact_name, s.contact_function, s.contact_email, state))
        found += [
            Candidate(source, row.pk, name, c.name, c.function, c.email, c.note or state, contact=c.pk)
            for c in s.contacts.all()
        ]
    organisations = {ingenierie.pilote_id, ingenierie.referent_id} | {o.pk for o in ingenierie.associes.all()}
    members = Membership.objects.active().filter(organisation__in=organisations - {None})
    found += [
        Candidate(
            SourceParticipant.MEMBRE,
            row.pk,
            str(row.organisation),
            row.user.get_full_name(),
            row.user.fonction,
            row.user.email,
        )
        for row in members.select_related("user", "organisation")
    ]
    return found


def _open_list(reunion: Reunion) -> Reunion:
    """The meeting locked, if people may still be put on its list."""
    locked = lock(reunion)
    locked.ensure_open()
    return locked


def add_participants(reunion: Reunion, keys: Iterable[str], *, actor: Actor) -> list[ParticipantReunion]:
    """Expect these candidates (:func:`candidates`) at the meeting; those already expected are left as they are.

    When the meeting is convened, they are written to at once. An address that another participant already has is left
    empty: one mail each. Returns those added. Raises ``NotAllowed``, ``InvalidInput`` for a key of another dossier.
    """
    ingenierie = reunion.ingenierie
    ensure_open(ingenierie, actor)
    known = {c.key: c for c in candidates(ingenierie)}
    asked = list(dict.fromkeys(keys))
    if unknown := [key for key in asked if key not in known]:
        raise InvalidInput(
            "Cette personne n’est plus dans le dossier : rechargez la page pour choisir parmi les présentes.",
            reasons=unknown,
        )
    with transaction.atomic():
        locked = _open_list(reunion)
        locked.ingenierie = ingenierie
        rows = list(reunion.participants.all())
        added, returned = [], []
        for key in asked:
            candidate = known[key]
            row = next((r for r in rows if key_of(r) == key), None)
            if row is not None and row.retire_le is None:
                continue
            taken = {r.email.lower() for r in rows if r.email and r.retire_le is None}
            if row is not None:
                _put_back(row, taken, actor, ingenierie)
                returned.append(row)
            else:
                row = _new(locked, candidate, taken)
                _insert(row, len(rows), actor, ingenierie)
                rows.append(row)
            added.append(row)
        _tell(locked, added, again=bool(returned), actor=actor)
        if added:
            touch(ingenierie.pk)
    return added


def _new(reunion: Reunion, candidate: Candidate, taken: set[str]) -> ParticipantReunion:
    row = ParticipantReunion(
        reunion=reunion,
        source=candidate.source,
        organisme=candidate.organisme[:200],
        personne=candidate.personne[:160],
        fonction=candidate.fonction[:160],
        email="" if candidate.email.lower() in taken else candidate.email,
    )
    setattr(row, _ANCHORS[candidate.source], candidate.pk)
    if candidate.contact is not None:
        setattr(row, _CONTACTS[candidate.source][0], candidate.contact)
    return row


def _insert(row: ParticipantReunion, count: int, actor: Actor, ingenierie: Ingenierie) -> None:
    if count >= PARTICIPANTS_MAX:
        raise InvalidInput(f"{PARTICIPANTS_MAX} participants au plus par réunion.")
    create(row, actor=actor, verb="engagement.participant_ajoute", scope=ingenierie)


def _put_back(row: ParticipantReunion, taken: set[str], actor: Actor, ingenierie: Ingenierie) -> None:
    row.retire_le = None
    if row.email.lower() in taken:
        row.email = ""
    row.version += 1
    row.save()
    journal.record(actor, "engagement.participant_ajoute", row, scope=ingenierie)


def _tell(reunion: Reunion, added: list[ParticipantReunion], *, again: bool, actor: Actor) -> None:
    """Write to those added to a meeting already convened."""
    if reunion.state != EtatReunion.CONVOQUEE or reunion.debut <= clock.now() or not added:
        return
    if again:
        # A calendar that was told to forget the meeting only listens to a higher number.
        next_sequence(reunion)
    owe_convocations(reunion, added, actor=actor)


def add_other(reunion: Reunion, values: Mapping[str, Any], *, actor: Actor) -> ParticipantReunion:
    """Expect somebody the dossier does not know: ``organisme``, ``personne``, ``fonction``, ``email``.

    Raises ``NotAllowed``, ``InvalidInput``.
    """
    ingenierie = reunion.ingenierie
    ensure_open(ingenierie, actor)
    row = ParticipantReunion(reunion=reunion, source=SourceParticipant.AUTRE)
    with transaction.atomic():
        locked = _open_list(reunion)
        locked.ingenierie = ingenierie
        twice = {name: values.get(name, "") for name in ("organisme", "personne", "email")}
        if already := reunion.participants.expected().filter(source=SourceParticipant.AUTRE, **twice).first():
            return already  # the other half of a double click
        for name, value in checked(row, values).items():
            setattr(row, name, value)
        _insert(row, reunion.participants.count(), actor, ingenierie)
        _tell(locked, [row], again=False, actor=actor)
        touch(ingenierie.pk)
    return row


def update_participant(
    participant: ParticipantReunion, values: Mapping[str, Any], *, actor: Actor, expected_version: int | None
) -> ParticipantReunion:
    """Correct who comes; a new address of a convened meeting is written to. Raises as :func:`add_other`, and
    ``EditConflict``."""
    reunion = participant.reunion
    ensure_open(reunion.ingenierie, actor)
    with transaction.atomic():
        locked = _open_list(reunion)
        locked.ingenierie = reunion.ingenierie
        before = participant.email
        fresh = apply_changes(
            participant,
            checked(participant, values),
            actor=actor,
            verb="engagement.participant",
            expected_version=expected_version,
            scope=reunion.ingenierie,
        )
        if fresh.email and fresh.email.lower() != before.lower():
            # The same number would be the mail already owed to the address it replaces.
            _tell(locked, [fresh], again=fresh.sequence is not None, actor=actor)
        touch(reunion.ingenierie_id)
    return fresh


def remove_participant(participant: ParticipantReunion, *, actor: Actor, expected_version: int | None = None) -> None:
    """Expect somebody no more; who had been convened is told. Raises ``NotAllowed``, ``InvalidInput``,
    ``StaleState``."""
    reunion = participant.reunion
    ensure_open(reunion.ingenierie, actor)
    with transaction.atomic():
        locked = _open_list(reunion)
        locked.ingenierie = reunion.ingenierie
        row = lock(participant, expected_version, typed=False)
        if row.retire_le is not None:
            raise StaleState("Cette personne n’était déjà plus attendue : rechargez la page.")
        row.retire_le = clock.now()
        row.version += 1
        row.save()
        journal.record(actor, "engagement.participant_retire", row, scope=reunion.ingenierie)
        if locked.state == EtatReunion.CONVOQUEE and locked.debut > clock.now() and row.sequence is not None:
            next_sequence(locked)
            owe_cancellations(locked, [row], actor=actor)
        touch(reunion.ingenierie_id)


class PresencesConflict(StaleState):
    """Somebody else noted otherwise the presence of these participants (``rows``, as recorded now)."""

    title = "Quelqu’un a noté ces présences en même temps que vous"

    def __init__(self, rows: list[ParticipantReunion]):
        super().__init__("D’autres réponses ont été enregistrées entre-temps pour : " + ", ".join(map(str, rows)) + ".")
        self.rows = rows


def set_presences(
    reunion: Reunion, noted: Mapping[int, tuple[Mapping[str, str], Mapping[str, str]]], *, actor: Actor
) -> int:
    """Note who came. ``noted``: participant id → (what the page showed, what is answered), each with ``presence`` and
    ``represente_par``. Only what differs is written, so that two people may share the sheet; returns how many rows.

    Raises ``NotAllowed``, ``InvalidInput``, ``PresencesConflict`` (nothing is written then).
    """
    ingenierie = reunion.ingenierie
    ensure_open(ingenierie, actor)
    with transaction.atomic():
        locked = _open_list(reunion)
        if locked.debut > clock.now():
            raise InvalidInput("La réunion n’a pas encore commencé : les présences se notent ensuite.")
        rows = {row.pk: row for row in reunion.participants.expected()}
        conflicts, changed = [], []
        for pk, (shown, answered) in noted.items():
            row = rows.get(pk)
            if row is None or dict(shown) == dict(answered):
                continue
            if answered["presence"] not in Presence.values:
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
                verb="engagement.presences",
                expected_version=None,
                scope=ingenierie,
            )
        if changed:
            touch(ingenierie.pk)
    return len(changed)
