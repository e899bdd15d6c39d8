"""What the mails of the committees say, from ids, when they are sent."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from capitalisation.comite.enums import DU_COMITE, Decision
from capitalisation.comite.models import Examen, MembreComite
from capitalisation.comite.services.comites import organisation_of
from capitalisation.comite.services.examens import MAIL_DECISION
from capitalisation.comite.services.invitations import MAIL_CLOS, MAIL_DEMANDE
from core.formats import format_date
from core.outbox import mail_context


def _examen(ids: dict[str, Any]) -> Examen | None:
    return Examen.objects.filter(pk=ids["examen"]).select_related("ressource", "comite__region").first()


def _seat(ids: dict[str, Any]) -> MembreComite | None:
    return MembreComite.objects.actifs().filter(pk=ids["membre"]).first()


def _reply(examen: Examen) -> str | None:
    organisation = organisation_of(examen.comite)
    return (organisation.email or None) if organisation else None


@mail_context(MAIL_DEMANDE)
def asked(ids: dict[str, Any]) -> dict[str, Any] | None:
    """An avis is asked to somebody who has an account; nothing once given, decided, or when she sits no more."""
    examen, membre = _examen(ids), _seat(ids)
    if examen is None or membre is None or examen.clos_le or membre.avis.filter(examen=examen).exists():
        return None
    return {
        "titre": str(examen.ressource),
        "comite": str(examen.comite),
        "qualite": membre.qualite,
        "pour_le": format_date(examen.echeance),
        "rappel": ids["rappel"],
        "url": reverse("bibliotheque:examen", args=[examen.pk]),
        "reply_to": _reply(examen),
    }


@mail_context(MAIL_CLOS)
def closed(ids: dict[str, Any]) -> dict[str, Any] | None:
    """Nothing more is expected of a member; nothing to say to who left, or was erased."""
    examen, membre = _examen(ids), _seat(ids)
    if examen is None or membre is None or examen.clos_le is None:
        return None
    return {
        "titre": str(examen.ressource),
        "comite": str(examen.comite),
        "le": format_date(examen.clos_le),
        "decision": examen.get_decision_display(),
        "reprise": examen.decision == Decision.REPRISE,
        "motif": examen.motif if examen.decision in DU_COMITE else "",
        "url": "" if membre.par_lien else reverse("bibliotheque:comite"),
        "reply_to": _reply(examen),
    }


@mail_context(MAIL_DECISION)
def decided(ids: dict[str, Any]) -> dict[str, Any] | None:
    """What was decided of a resource; nothing once it is under examination again."""
    examen = _examen(ids)
    if examen is None or examen.clos_le is None:
        return None
    if Examen.objects.filter(ressource=examen.ressource_id, ouvert_le__gt=examen.ouvert_le).exists():
        return None
    return {
        "titre": str(examen.ressource),
        "decision": examen.decision,
        "comite": str(examen.comite),
        "par": examen.decide_par,
        "le": format_date(examen.clos_le),
        "motif": examen.motif,
        "avis": examen.avis.count(),
        "url": reverse("bibliotheque:ressource", args=[examen.ressource_id]),
        "reply_to": _reply(examen),
    }
