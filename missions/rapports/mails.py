"""What the mails about final reports say, from ids, when they are sent."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from core.outbox import mail_context
from missions.mission.mails import entree
from missions.rapports.enums import EtatRapport
from missions.rapports.models import RapportFinal
from missions.suivi.services import charge_address


def _rapport(ids: dict[str, Any]) -> RapportFinal | None:
    """The report while it is still in the state that the mail tells."""
    related = ("convention__ingenierie__pilote", "convention__ingenierie__charge_mission",
               "convention__choix__prestataire")  # fmt: skip
    found = RapportFinal.objects.select_related(*related).filter(pk=ids["rapport"], state=ids["etat"]).first()
    return None if found is None or found.convention.choix.retire_at is not None else found


def _shown(rapport: RapportFinal) -> dict[str, Any]:
    convention = rapport.convention
    return {
        "titre": convention.ingenierie.titre,
        "convention": convention.titre,
        "prestataire": str(convention.choix.prestataire),
        "organisation": str(convention.ingenierie.pilote),
    }


@mail_context("missions/rapport_remis")
def remis(ids: dict[str, Any]) -> dict[str, Any] | None:
    """The prestataire handed over its report; nothing once it was accepted or sent back."""
    rapport = _rapport(ids)
    if rapport is None:
        return None
    args = [rapport.convention.ingenierie_id, rapport.convention_id]
    return {**_shown(rapport), "url": reverse("missions:rapport", args=args)}


@mail_context("missions/rapport_lu")
def lu(ids: dict[str, Any]) -> dict[str, Any] | None:
    """The DLA accepted the report, or says what is to complete; nothing once it moved again."""
    rapport = _rapport(ids)
    if rapport is None:
        return None
    return {
        **_shown(rapport),
        **entree(rapport.convention),
        "accepte": rapport.state == EtatRapport.ACCEPTE,
        "a_completer": rapport.a_completer,
        "url": reverse("mission:rapport", args=[rapport.convention_id]),
        "reply_to": charge_address(rapport.convention),
    }
