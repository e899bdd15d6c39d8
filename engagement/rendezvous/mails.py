"""What the mails of a convocation say, from ids, when they are sent."""

from __future__ import annotations

from typing import Any

from core import clock
from core.outbox import mail_context
from core.phones import format_phone
from engagement.calendar import Rendezvous, attachment
from engagement.rendezvous.enums import EtatRendezvous
from engagement.rendezvous.genre import Genre
from engagement.rendezvous.models import ParticipantModel, RendezvousModel
from projects.ingenierie import people
from projects.ingenierie.models import Ingenierie


def calendar_of(rendezvous: RendezvousModel, *, title: str, description: str, stem: str) -> Rendezvous:
    """It as calendars read it. ``ingenierie.pilote`` is read."""
    return Rendezvous(
        uid=rendezvous.uid,
        debut=rendezvous.debut.astimezone(rendezvous.zone),
        fin=rendezvous.fin,
        title=title,
        place=rendezvous.ou,
        url=rendezvous.visio,
        description=description,
        organiser=rendezvous.ingenierie.pilote,
        stem=stem,
    )


class Mails:
    """The two mails of one kind of rendez-vous. What it says of it is given by the room: ``told`` (the fields of the
    page of the mail), ``calendar``, ``url_for`` (the page of who has an account, else nothing)."""

    genre: Genre
    model: type[ParticipantModel]
    #: What is read with a participant.
    related: tuple[str, ...] = ()

    def told(self, rendezvous: Any) -> dict[str, Any]:
        """What the room adds: ``objet``, ``ordre_du_jour``…"""
        raise TypeError(f"{type(self).__name__}.told manque.")

    def calendar(self, rendezvous: Any) -> Rendezvous:
        raise TypeError(f"{type(self).__name__}.calendar manque.")

    def url_for(self, participant: Any) -> str:
        raise TypeError(f"{type(self).__name__}.url_for manque.")

    def register(self) -> None:
        """Give both mails to the outbox."""
        mail_context(self.genre.convocation)(self.convocation)
        mail_context(self.genre.annulation)(self.annulation)

    def _participant(self, ids: dict[str, Any]) -> Any:
        """The participant the mail is owed to, unless a later mail is owed, or the rendez-vous is past."""
        rows = self.model.objects.select_related(*self.related)
        found = rows.filter(pk=ids["participant"], sequence=ids["sequence"]).first()
        return found if found is not None and found.rendezvous.debut > clock.now() else None

    def file_for(self, participant: Any, *, cancelled: bool, sequence: int) -> tuple[str, bytes, str]:
        """The file for the calendar of one participant."""
        rendezvous = participant.rendezvous
        return attachment(
            self.calendar(rendezvous),
            email=participant.email,
            name=participant.personne or participant.organisme,
            cancelled=cancelled or rendezvous.state == EtatRendezvous.ANNULEE,
            sequence=sequence,
        )

    def _context(self, participant: Any, *, cancelled: bool, sequence: int) -> dict[str, Any]:
        rendezvous: Any = participant.rendezvous
        ingenierie: Ingenierie = rendezvous.ingenierie
        person = people.interlocuteur(ingenierie)
        return {
            "nom": self.genre.nom,
            "rendezvous": rendezvous,
            "nature": rendezvous.get_nature_display(),
            "quand": rendezvous.quand,
            "ingenierie": ingenierie.titre,
            "individuelle": ingenierie.is_individuelle,
            "pilote": ingenierie.pilote.name,
            "personne": participant.personne,
            "contact": person.get_full_name() if person else "",
            "phone": format_phone(ingenierie.pilote.phone),
            "url": self.url_for(participant),
            "reply_to": people.reply_to(ingenierie),
            "attachments": [self.file_for(participant, cancelled=cancelled, sequence=sequence)],
            **self.told(rendezvous),
        }

    def convocation(self, ids: dict[str, Any]) -> dict[str, Any] | None:
        """To come, or what changed; nothing to say when the person is not expected any more or it is off."""
        found = self._participant(ids)
        if found is None or found.retire_le is not None or found.rendezvous.state != EtatRendezvous.CONVOQUEE:
            return None
        return {**self._context(found, cancelled=False, sequence=ids["sequence"]), "changed": ids["changed"]}

    def annulation(self, ids: dict[str, Any]) -> dict[str, Any] | None:
        """Not to come any more: it is cancelled, or goes without this person."""
        found = self._participant(ids)
        if found is None:
            return None
        cancelled = found.rendezvous.state == EtatRendezvous.ANNULEE
        if not cancelled and found.retire_le is None:
            return None
        return {
            **self._context(found, cancelled=True, sequence=ids["sequence"]),
            "cancelled": cancelled,
            "motif": found.rendezvous.motif_annulation,
        }
