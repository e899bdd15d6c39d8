"""Who is expected at a séance, among whom the dossier knows; who came."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from django.db import transaction

from core.actor import Actor
from core.editing import apply_changes
from core.errors import InvalidInput
from engagement.rendezvous.candidates import Candidate, of_members
from engagement.rendezvous.enums import Presence
from engagement.rendezvous.services import participants
from engagement.reunions.services import participants as reunions
from missions.conventions.models import Convention
from missions.mission.permissions import people_of
from missions.seances.enums import SourceSeance
from missions.seances.genre import SEANCE
from missions.seances.models import ParticipantSeance, Seance
from partners.portfolio.prestataire.models import Membre
from projects.enums import EtatMobilisation
from projects.structures_ciblees.models import StructureCiblee

#: The presences by which a person, and her structure, was there.
CAME = (Presence.PRESENT, Presence.EN_PARTIE)


def structures_of(seance: Seance) -> Any:
    """The structures for which it is held: its own, those of its group, or all that take part."""
    rows = StructureCiblee.objects.filter(ingenierie=seance.convention.ingenierie_id)
    if seance.structure_id:
        return rows.filter(pk=seance.structure_id)
    if seance.groupe_id:
        return rows.filter(groupes=seance.groupe_id).exclude(state__in=reunions.GONE)
    if not seance.ingenierie.is_individuelle:
        rows = rows.filter(state=EtatMobilisation.CONFIRMEE)
    return rows


def candidates(seance: Seance) -> list[Candidate]:
    """The structures it is held for and their contacts, the members of the organisations of the dossier, the people of
    the prestataire, the partners: eight queries, whatever their number."""
    ingenierie = seance.ingenierie
    organisations = [ingenierie.pilote_id, ingenierie.referent_id, *(o.pk for o in ingenierie.associes.all())]
    return [
        *(_taken(c, SourceSeance.STRUCTURE) for c in reunions.of_structures(structures_of(seance))),
        *(_taken(c, SourceSeance.DLA) for c in of_members(organisations, SourceSeance.DLA)),
        *_prestataire(seance.convention),
        *(_taken(c, SourceSeance.PARTENAIRE) for c in reunions.of_partners(ingenierie)),
    ]


def _taken(candidate: Candidate, source: SourceSeance) -> Candidate:
    values = {name: pk for name, pk in candidate.values.items() if name == "structure_id"}
    return replace(candidate, source=source, values={**values, "cle": candidate.key})


def _prestataire(convention: Convention) -> Iterator[Candidate]:
    """The people of the prestataire; when nobody there uses the application, who signed for it."""
    prestataire = convention.choix.prestataire
    rows = list(Membre.objects.active().filter(prestataire=prestataire).select_related("user"))
    found = [(f"prestataire-{r.pk}", r.user.get_full_name(), r.user.fonction, r.user.email) for r in rows]
    if not found:
        found = [(f"partie-{rank}", name, "", email) for rank, (name, email) in enumerate(people_of(convention), 1)]
    for key, name, function, email in found:
        yield Candidate(key, SourceSeance.PRESTATAIRE, str(prestataire), name, function, email, values={"cle": key})


def proposed(seance: Seance, known: Iterable[Candidate]) -> set[str]:
    """The keys of those to expect unless said otherwise: the main contact of each structure, who carries the dossier,
    the people of the prestataire."""
    carrier = seance.ingenierie.charge_mission
    return {
        c.key
        for c in known
        if c.key.startswith("structure-")
        or c.source == SourceSeance.PRESTATAIRE
        or (c.source == SourceSeance.DLA and carrier is not None and c.email == carrier.email)
    }


def key_of(row: ParticipantSeance) -> str:
    """The key of the candidate that ``row`` was, or empty."""
    return row.cle


def add_participants(seance: Seance, keys: Iterable[str], *, actor: Actor) -> list[ParticipantSeance]:
    """Expect these candidates (:func:`candidates`): see :func:`participants.add_participants`."""
    known = {c.key: c for c in candidates(seance)}
    return participants.add_participants(SEANCE, seance, keys, known, key_of, actor=actor)


def add_other(seance: Seance, values: Mapping[str, Any], *, actor: Actor) -> ParticipantSeance:
    """Expect somebody the dossier does not know: ``source``, ``structure`` (of a structure), ``organisme``,
    ``personne``, ``fonction``, ``email``. Raises ``NotAllowed``, ``InvalidInput``."""
    values = {**values, "organisme": values.get("organisme") or str(values.get("structure") or "")}
    if (structure := values.get("structure")) is not None and structure.ingenierie_id != seance.ingenierie.pk:
        raise InvalidInput("Choisissez une structure de cette ingénierie.")
    twice = {name: values.get(name) or "" for name in ("organisme", "personne", "email")} | {"cle": ""}
    return participants.add_other(SEANCE, ParticipantSeance(seance=seance), values, twice=twice, actor=actor)


def update_participant(
    participant: ParticipantSeance, values: Mapping[str, Any], *, actor: Actor, expected_version: int | None
) -> ParticipantSeance:
    """Correct who comes: see :func:`participants.update_participant`."""
    return participants.update_participant(SEANCE, participant, values, actor=actor, expected_version=expected_version)


def remove_participant(participant: ParticipantSeance, *, actor: Actor, expected_version: int | None = None) -> None:
    """Expect somebody no more: see :func:`participants.remove_participant`."""
    participants.remove_participant(SEANCE, participant, actor=actor, expected_version=expected_version)


def set_presences(seance: Seance, noted: participants.Noted, *, actor: Actor, pilote: bool | str | None = "") -> int:
    """Note who came. ``pilote`` says whether the pilot was there; ``""`` leaves it to who came of its people: there as
    soon as one of them was, away when all are said to have been.

    Raises ``NotAllowed``, ``InvalidInput``, ``PresencesConflict``.
    """
    with transaction.atomic():
        count = participants.set_presences(SEANCE, seance, noted, actor=actor)
        told = _pilote(seance) if pilote == "" else pilote
        if told != seance.pilote_present:
            apply_changes(
                seance,
                {"pilote_present": told},
                actor=actor,
                verb="missions.presences",
                expected_version=None,
                scope=seance.ingenierie,
            )
            count += 1
    return count


def _pilote(seance: Seance) -> bool | None:
    """What the presences of the people of the pilot tell; what is known already when they tell nothing."""
    rows = seance.participants.expected().filter(source=SourceSeance.DLA, organisme=str(seance.ingenierie.pilote)[:200])
    found = list(rows.values_list("presence", flat=True))
    if any(presence in CAME for presence in found):
        return True
    if found and Presence.A_NOTER not in found:
        return False
    return seance.pilote_present
