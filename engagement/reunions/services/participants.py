"""Who is expected at a meeting, among whom the dossier knows; who came."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.db.models import QuerySet

from core.actor import Actor
from engagement.partenaires.models import PartenaireProjet
from engagement.rendezvous.candidates import Candidate, of_card, of_members
from engagement.rendezvous.services import participants
from engagement.reunions.enums import SourceParticipant
from engagement.reunions.genre import REUNION
from engagement.reunions.models import ParticipantReunion, Reunion
from projects.enums import EtatMobilisation
from projects.ingenierie.models import Ingenierie
from projects.structures_ciblees.models import StructureCiblee

#: The states of the structures that take part no more.
GONE = (EtatMobilisation.DECLINEE, EtatMobilisation.RETIREE)
#: From where a row comes: the field, and the beginning of the key of its candidate. Which contact, before whose.
_ANCHORS = (
    ("contact_id", "contact"),
    ("contact_structure_id", "contact-structure"),
    ("partenaire_id", "partenaire"),
    ("structure_id", "structure"),
    ("membre_id", "membre"),
)


def key_of(row: ParticipantReunion) -> str:
    """The key of the candidate that ``row`` was, or empty: « partenaire-12 », « contact-5 », « membre-3 »."""
    return next((f"{start}-{pk}" for name, start in _ANCHORS if (pk := getattr(row, name)) is not None), "")


def candidates(ingenierie: Ingenierie) -> list[Candidate]:
    """Partners, targeted structures (but those gone), members of the organisations of the ingénierie: six
    queries, whatever their number."""
    rows = StructureCiblee.objects.filter(ingenierie=ingenierie).exclude(state__in=GONE)
    organisations = [ingenierie.pilote_id, ingenierie.referent_id, *(o.pk for o in ingenierie.associes.all())]
    return [
        *of_partners(ingenierie),
        *of_structures(rows),
        *of_members(organisations, SourceParticipant.MEMBRE, field="membre_id"),
    ]


def of_partners(ingenierie: Ingenierie) -> Iterator[Candidate]:
    """The partners of the ingénierie and their other contacts. Two queries."""
    rows = PartenaireProjet.objects.filter(ingenierie=ingenierie).select_related("partenaire")
    for row in rows.prefetch_related("partenaire__contacts"):
        note = "comité de pilotage" if row.comite_pilotage else ("groupe de travail" if row.groupe_travail else "")
        yield from of_card(
            row.partenaire,
            SourceParticipant.PARTENAIRE,
            {"partenaire_id": row.pk},
            key=f"partenaire-{row.pk}",
            contact="contact",
            field="contact_id",
            note=note,
        )


def of_structures(rows: QuerySet[StructureCiblee]) -> Iterator[Candidate]:
    """Their main contact and their other contacts. Two queries."""
    rows = rows.select_related("structure").prefetch_related("structure__contacts")
    for row in rows.order_by("structure__search_text", "pk"):
        yield from of_card(
            row.structure,
            SourceParticipant.STRUCTURE,
            {"structure_id": row.pk},
            key=f"structure-{row.pk}",
            contact="contact-structure",
            field="contact_structure_id",
            note=row.get_state_display(),
            others=row.get_state_display(),
        )


def add_participants(reunion: Reunion, keys: Iterable[str], *, actor: Actor) -> list[ParticipantReunion]:
    """Expect these candidates (:func:`candidates`): see :func:`participants.add_participants`."""
    known = {c.key: c for c in candidates(reunion.ingenierie)}
    return participants.add_participants(REUNION, reunion, keys, known, key_of, actor=actor)


def add_other(reunion: Reunion, values: Mapping[str, Any], *, actor: Actor) -> ParticipantReunion:
    """Expect somebody the dossier does not know: ``organisme``, ``personne``, ``fonction``, ``email``.

    Raises ``NotAllowed``, ``InvalidInput``.
    """
    row = ParticipantReunion(reunion=reunion, source=SourceParticipant.AUTRE)
    twice = {name: values.get(name, "") for name in ("organisme", "personne", "email")}
    twice["source"] = SourceParticipant.AUTRE
    return participants.add_other(REUNION, row, values, twice=twice, actor=actor)


def update_participant(
    participant: ParticipantReunion, values: Mapping[str, Any], *, actor: Actor, expected_version: int | None
) -> ParticipantReunion:
    """Correct who comes: see :func:`participants.update_participant`."""
    return participants.update_participant(REUNION, participant, values, actor=actor, expected_version=expected_version)


def remove_participant(participant: ParticipantReunion, *, actor: Actor, expected_version: int | None = None) -> None:
    """Expect somebody no more: see :func:`participants.remove_participant`."""
    participants.remove_participant(REUNION, participant, actor=actor, expected_version=expected_version)


def set_presences(reunion: Reunion, noted: participants.Noted, *, actor: Actor) -> int:
    """Note who came: see :func:`participants.set_presences`."""
    return participants.set_presences(REUNION, reunion, noted, actor=actor)
