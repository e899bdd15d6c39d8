"""Whose propositions are read: the columns of the grid, and what the application knows of each without judging."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from consultations.appel.models import Appel, Invitation
from consultations.lecture.enums import Fait
from consultations.propositions.models import PropositionOuverte
from core.formats import format_date, format_datetime
from referentiels.fuseaux import Fuseau


@dataclass(frozen=True)
class Candidat:
    """One column: an invitation, and its opened proposition (``None`` while a pre-selected one has deposited none)."""

    numero: int
    invitation: Invitation
    proposition: PropositionOuverte | None

    @property
    def nom(self) -> str:
        return str(self.invitation.prestataire)

    @property
    def contenu(self) -> dict[str, Any]:
        return self.proposition.contenu if self.proposition is not None else {}


def candidats(appel: Appel) -> list[Candidat]:
    """The candidates of a call whose propositions are opened, in the order of arrival; of a simplified one, who was
    pre-selected, with or without a proposition yet. One query, two when there is none."""
    rows = (
        PropositionOuverte.objects.current()
        .filter(appel=appel)
        .select_related("invitation__prestataire", "depot")
        .order_by("numero")
    )
    found = []
    for row in rows:
        row.invitation.appel = appel
        found.append(Candidat(row.numero, row.invitation, row))
    if not found and appel.is_simplifie:
        chosen = appel.invitations.filter(pre_retenu_at__isnull=False).select_related("prestataire").first()
        if chosen is not None:
            chosen.appel = appel
            found.append(Candidat(1, chosen, None))
    return found


def fait(candidat: Candidat, code: str, appel: Appel, demande: dict[str, Any]) -> str:
    """What the application knows of a criterion it answers by itself; ``demande``: the content of the cahier called
    upon (:func:`asked`)."""
    if code == Fait.RECU:
        return _received(candidat, appel)
    return _dates(candidat, demande)


def asked(appel: Appel) -> dict[str, Any]:
    """What the cahier called upon asks of the calendar; empty without one."""
    version = appel.version_diffusee
    return version.data if version is not None else {}


def _received(candidat: Candidat, appel: Appel) -> str:
    if candidat.proposition is None:
        return "Pas encore de proposition déposée."
    at = candidat.proposition.depot.at
    local = format_datetime(at) if appel.fuseau == "Europe/Paris" else _local(at, appel)
    if not appel.is_sealed or appel.date_limite is None:
        return f"Reçue le {local}."
    held = "dans les délais" if at <= appel.date_limite else "après la date limite"
    return f"Reçue le {local}, {held} ({appel.date_limite_texte})."


def _local(at: dt.datetime, appel: Appel) -> str:
    local = at.astimezone(appel.zone)
    return f"{format_date(local.date())} à {local:%H} h {local:%M}, {Fuseau(appel.fuseau).label}"


def _day(text: str) -> str:
    return format_date(dt.date.fromisoformat(text)) if text else ""


def _dates(candidat: Candidat, demande: dict[str, Any]) -> str:
    """The dates of the stages proposed, beside the period that was asked for."""
    stages = candidat.contenu.get("etapes", [])
    begins = sorted(row["debut"] for row in stages if row.get("debut"))
    ends = sorted(row["fin"] for row in stages if row.get("fin"))
    told = []
    if begins or ends:
        first, last = (begins or ends)[0], (ends or begins)[-1]
        told.append(f"Étapes proposées du {_day(first)} au {_day(last)}.")
    elif candidat.contenu:
        told.append("Aucune étape n’est datée.")
    period = [demande.get("date_debut") or "", demande.get("date_fin") or ""]
    if all(period):
        told.append(f"Période demandée : du {_day(period[0])} au {_day(period[1])}.")
    if demande.get("date_restitution"):
        told.append(f"Restitution demandée le {_day(demande['date_restitution'])}.")
    invitation = candidat.invitation
    if invitation.rencontre_possible:
        told.append("1ère rencontre possible aux dates proposées.")
    elif invitation.rencontre_des:
        told.append(f"1ère rencontre possible à partir du {format_date(invitation.rencontre_des)}.")
    return " ".join(told) or "Pas de date connue."
