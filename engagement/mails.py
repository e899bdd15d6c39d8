"""What the mails of « Engager » say, from ids, when they are sent."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from accounts.models import Grant
from core import clock
from core.journal import entries_for
from core.outbox import mail_context
from engagement import calendar, seances
from engagement.enums import EtatReunion, EtatSeance, SourceParticipant
from engagement.models import ParticipantReunion, ReponsePartenaire, Reunion, SeanceComite
from engagement.services.convocations import ANNULATION, CONVOCATION


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
    person = ingenierie.charge_mission
    return {
        "reunion": reunion,
        "nature": reunion.get_nature_display(),
        "quand": reunion.quand,
        "ingenierie": ingenierie.titre,
        "pilote": ingenierie.pilote.name,
        "personne": participant.personne,
        "contact": person.get_full_name() if person else "",
        "phone": ingenierie.pilote.phone,
        # Members have an account; the others have nothing to open.
        "url": reverse("engagement:reunion", args=[ingenierie.pk, reunion.pk])
        if participant.source == SourceParticipant.MEMBRE
        else "",
        "reply_to": (person.email if person else "") or ingenierie.pilote.email or None,
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


@mail_context("engagement/reponse_partenaire")
def answer_received(ids: dict[str, Any]) -> dict[str, Any] | None:
    """A partner answered; nothing to say once its answer was taken up, or if the partner was taken out."""
    answer = (
        ReponsePartenaire.objects.to_treat()
        .select_related("partenaire_projet__partenaire", "partenaire_projet__ingenierie")
        .filter(pk=ids["reponse"])
        .first()
    )
    if answer is None:
        return None
    row = answer.partenaire_projet
    return {
        "partenaire": str(row.partenaire),
        "titre": row.ingenierie.titre,
        "who": answer.repondant,
        "url": reverse("engagement:reponse", args=[row.ingenierie_id, row.pk, answer.pk]),
    }


@mail_context("engagement/seance_annulee")
def session_cancelled(ids: dict[str, Any]) -> dict[str, Any] | None:
    """A session of the comité d'appui will not take place, or goes without this person; nothing to say to somebody who
    was convened again meanwhile, nor once it is past."""
    seance = SeanceComite.objects.select_related("organisation").filter(pk=ids["seance"]).first()
    grant = Grant.objects.filter(pk=ids["lien"]).first()
    if seance is None or grant is None or seance.debut <= clock.now():
        return None
    cancelled = seance.state == EtatSeance.ANNULEE
    expected = seance.membres.filter(email__iexact=grant.recipient_email)
    if not (expected.filter(pk=grant.object_id) if cancelled else not expected.exists()):
        return None
    entry = entries_for(seance).filter(verb="engagement.seance.annuler").first() if cancelled else None
    return {
        "name": grant.recipient_name,
        "when": seances.when(seance),
        "organisation": str(seance.organisation),
        "cancelled": cancelled,
        "reason": entry.reason if entry else "",
        "reply_to": seance.organisation.email or None,
        "attachments": [
            calendar.attachment(
                calendar.of_seance(seance),
                email=grant.recipient_email,
                name=grant.recipient_name,
                cancelled=True,
                sequence=ids["sequence"],
            )
        ],
    }
