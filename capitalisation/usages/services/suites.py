"""What follows, for those who use it, a decision about a resource."""

from __future__ import annotations

from accounts.in_charge import in_charge
from capitalisation.bibliotheque.models import Ressource
from capitalisation.usages.models import Utilisation
from core.actor import Actor
from core.models import JournalEntry
from core.outbox import queue_mail

MAIL_ARCHIVEE = "capitalisation/ressource_archivee"
ARCHIVER = "capitalisation.ressource.archiver"


def users_of(ressource: Ressource) -> list[str]:
    """Who answers now for each use, outside the organisation that deposited the resource."""
    rows = Utilisation.objects.filter(ressource=ressource).exclude(organisation=ressource.contributeur_id)
    people = [
        in_charge(row.ingenierie.charge_mission if row.ingenierie else None, row.organisation)
        for row in rows.select_related("organisation", "ingenierie__charge_mission").order_by("pk")
    ]
    return sorted({person.email for person in people if person is not None and person.is_active})


def archived(ressource: Ressource, action: str, actor: Actor, reason: str) -> None:
    """Its users are told that it is archived, and why, with the day's mails."""
    if action != "archiver":
        return
    entry = JournalEntry.objects.filter(verb=ARCHIVER, object_id=ressource.pk).latest("pk")
    for address in users_of(ressource):
        if actor.user is None or address != actor.user.email:
            queue_mail(
                MAIL_ARCHIVEE, to=address, context={"ressource": ressource.pk, "entree": entry.pk}, actor=actor,
                scope=ressource, urgent=False,
            )  # fmt: skip
