"""What the mails about the readers of a resource say, from ids, when they are sent."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from capitalisation.bibliotheque.enums import PUBLIES, Lecteurs
from capitalisation.bibliotheque.models import Ressource
from capitalisation.bibliotheque.presenters import COURT
from capitalisation.bibliotheque.services.lecteurs import MAIL_DECIDEE, MAIL_DEMANDEE, rank
from core import journal
from core.outbox import mail_context


def _found(ids: dict[str, Any]) -> Ressource | None:
    return Ressource.objects.select_related("contributeur").filter(pk=ids["ressource"]).first()


def _told(row: Ressource, ids: dict[str, Any]) -> dict[str, Any]:
    return {
        "titre": row.titre,
        "contributeur": str(row.contributeur),
        "lecteurs": COURT[Lecteurs(ids["lecteurs"])],
        "url": reverse("bibliotheque:ressource", args=[row.pk]) + "#lecteurs",
    }


@mail_context(MAIL_DEMANDEE)
def opening_asked(ids: dict[str, Any]) -> dict[str, Any] | None:
    """Somebody asks to open a resource; nothing once it was answered, taken back, or archived."""
    row = _found(ids)
    if row is None or row.lecteurs_demandes != ids["lecteurs"] or row.state not in PUBLIES:
        return None
    return _told(row, ids)


@mail_context(MAIL_DECIDEE)
def opening_decided(ids: dict[str, Any]) -> dict[str, Any] | None:
    """It was opened, or not, with why; nothing once it was asked again, or closed since."""
    row = _found(ids)
    if row is None or row.lecteurs_demandes:
        return None
    decided = next(
        (e for e in journal.entries_since(row, ids["version"] - 1) if e.object_version == ids["version"]), None
    )
    opened = rank(row.lecteurs) >= rank(ids["lecteurs"])
    if decided is None or opened != (decided.verb == "capitalisation.ressource_ouverte"):
        return None
    return {**_told(row, ids), "ouverte": opened, "motif": decided.reason}
