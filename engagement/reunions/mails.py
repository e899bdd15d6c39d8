"""What the mails about meetings say."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from engagement.calendar import Rendezvous
from engagement.rendezvous.mails import Mails
from engagement.reunions.calendar import of_reunion
from engagement.reunions.enums import SourceParticipant
from engagement.reunions.genre import REUNION
from engagement.reunions.models import ParticipantReunion, Reunion


class _Mails(Mails):
    genre = REUNION
    model = ParticipantReunion
    related = ("reunion__ingenierie__pilote", "reunion__ingenierie__charge_mission", "membre")

    def told(self, reunion: Reunion) -> dict[str, Any]:
        return {"objet": reunion.objet, "ordre_du_jour": reunion.ordre_du_jour}

    def calendar(self, reunion: Reunion) -> Rendezvous:
        return of_reunion(reunion)

    def url_for(self, participant: ParticipantReunion) -> str:
        # Members have an account; the others have nothing to open.
        if participant.source != SourceParticipant.MEMBRE:
            return ""
        return reverse("engagement:reunion", args=[participant.reunion.ingenierie_id, participant.reunion_id])


MAILS = _Mails()
MAILS.register()
