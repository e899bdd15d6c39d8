"""What the mails about meetings say, from ids, when they are sent."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from core import clock
from core.outbox import mail_context
from core.phones import format_phone
from engagement.reunions import calendar
from engagement.reunions.enums import EtatReunion, SourceParticipant
from engagement.reunions.models import ParticipantReunion, Reunion
from engagement.reunions.services.convocations import ANNULATION, CONVOCATION
from projects.ingenierie import people


def _participant(ids: dict[str, Any]) -> ParticipantReunion | None:
    """The participant the mail is owed to, unless a later mail is owed, or the meeting is past."""
    found = (
        ParticipantReunion.objects.select_related(
            "reunion__ingenierie__pilote", "reunion__ingenierie__charge_mission", "membre"
        )
        .filter(pk=ids["participant"], sequence=ids["sequence"])
        .first()
    )
    return found if found is not None and found.reunion.debut > clock.now() else None


def _context(participant: ParticipantReunion, *, cancelled: bool, sequence: int) -> dict[str, Any]:
    reunion: Reunion = participant.reunion
    ingenierie = reunion.ingenierie
    person = people.interlocuteur(ingenierie)
    return {
        "reunion": reunion,
        "nature": reunion.get_nature_display(),
        "quand": reunion.quand,
        "ingenierie": ingenierie.titre,
        "pilote": ingenierie.pilote.name,
        "personne": participant.personne,
        "contact": person.get_full_name() if person else "",
        "phone": format_phone(ingenierie.pilote.phone),
        # Members have an account; the others have nothing to open.
        "url": reverse("engagement:reunion", args=[ingenierie.pk, reunion.pk])
        if participant.source == SourceParticipant.MEMBRE
        else "",
        "reply_to": people.reply_to(ingenierie),
        "attachments": [
            calendar.for_participant(
                participant, cancelled=cancelled or reunion.state == EtatReunion.ANNULEE, sequence=sequence
            )
        ],
    }


@mail_context(CONVOCATION)
def convocation(ids: dict[str, Any]) -> dict[str, Any] | None:
    """To come, or what changed; nothing to say when the person is not expected any more or the meeting is off."""
    found = _participant(ids)
    if found is None or found.retire_le is not None or found.reunion.state != EtatReunion.CONVOQUEE:
        return None
    return {**_context(found, cancelled=False, sequence=ids["sequence"]), "changed": ids["changed"]}


@mail_context(ANNULATION)
def annulation(ids: dict[str, Any]) -> dict[str, Any] | None:
    """Not to come any more: the meeting is cancelled, or goes without this person."""
    found = _participant(ids)
    if found is None:
        return None
    cancelled = found.reunion.state == EtatReunion.ANNULEE
    if not cancelled and found.retire_le is None:
        return None
    return {
        **_context(found, cancelled=True, sequence=ids["sequence"]),
        "cancelled": cancelled,
        "motif": found.reunion.motif_annulation,
    }
