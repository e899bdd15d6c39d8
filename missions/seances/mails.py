"""What the mails about séances say."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from engagement.calendar import Rendezvous
from engagement.rendezvous.mails import Mails, calendar_of
from missions.seances.enums import SourceSeance
from missions.seances.genre import SEANCE
from missions.seances.models import ParticipantSeance, Seance


class _Mails(Mails):
    genre = SEANCE
    model = ParticipantSeance
    related = (
        "seance__convention__ingenierie__pilote",
        "seance__convention__ingenierie__charge_mission",
        "seance__convention__choix__prestataire",
    )

    def told(self, seance: Seance) -> dict[str, Any]:
        return {"objet": seance.titre, "ordre_du_jour": seance.programme}

    def calendar(self, seance: Seance) -> Rendezvous:
        parts = [seance.ingenierie.titre, f"Prestataire : {seance.convention.choix.prestataire}"]
        if seance.visio:
            parts.append(f"Visioconférence : {seance.visio}")
        if seance.programme:
            parts.append(f"Programme :\n{seance.programme}")
        return calendar_of(
            seance,
            title=f"{seance.get_nature_display()} : {seance.titre}",
            description="\n\n".join(parts),
            stem="seance",
        )

    def url_for(self, participant: ParticipantSeance) -> str:
        # The team and the prestataire have an account; the others have nothing to open.
        seance = participant.seance
        if participant.source == SourceSeance.DLA and participant.cle:
            return reverse("missions:seance", args=[seance.ingenierie.pk, seance.convention_id, seance.pk])
        if participant.cle.startswith("prestataire-"):
            return reverse("mission:seance", args=[seance.convention_id, seance.pk])
        return ""


MAILS = _Mails()
MAILS.register()
