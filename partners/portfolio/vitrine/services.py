"""Opening the portfolio of a région to the public, taking one's fiche out of it, writing to a prestataire from it."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from core import clock, journal, outbox
from core.actor import Actor
from core.editing import lock
from core.errors import InvalidInput, NotAllowed, StaleState
from partners.portfolio.fiche.permissions import why_not_review
from partners.portfolio.prestataire.models import Prestataire
from partners.portfolio.prestataire.notices import referents
from partners.portfolio.prestataire.permissions import why_not_write
from partners.portfolio.vitrine.models import MessagePublic, Ouverture
from referentiels.models import Region

journal.register_verbs(
    {
        "portfolio.ouverte": "a ouvert le portefeuille de la région au public",
        "portfolio.fermee": "a fermé le portefeuille de la région au public",
        "portfolio.public_retire": "a retiré la fiche des pages publiques",
        "portfolio.public_remis": "a remis la fiche dans les pages publiques",
    }
)

#: Days a visitor's message is kept, the time to be sure that it was sent on.
JOURS_GARDES = 30


def ouverture_of(region: Region) -> Ouverture:
    """What was decided for ``region``; unsaved, closed, when nothing was."""
    return Ouverture.objects.filter(region=region).first() or Ouverture(region=region, version=0)


@transaction.atomic
def set_open(region: Region, ouverte: bool, *, actor: Actor, expected_version: int) -> Ouverture:
    """Open the portfolio of ``region`` to the public, or close it: from the next request on.

    Raises ``NotAllowed``; ``StaleState`` when somebody decided since the page was shown.
    """
    refusal = why_not_review(actor, region)
    if refusal:
        raise NotAllowed(refusal)
    found, _ = Ouverture.objects.get_or_create(region=region, defaults={"version": 0})
    locked = lock(found)
    if locked.version != expected_version or locked.ouverte == ouverte:
        raise StaleState("Quelqu’un de votre C2RA en a décidé entre-temps : relisez la page.")
    locked.ouverte, locked.changed_at = ouverte, clock.now()
    locked.version += 1
    locked.save()
    verb = "portfolio.ouverte" if ouverte else "portfolio.fermee"
    journal.record(actor, verb, locked, changes={"ouverte": (not ouverte, ouverte)})
    return locked


@transaction.atomic
def set_withdrawn(prestataire: Prestataire, withdrawn: bool, *, actor: Actor) -> Prestataire:
    """Take the fiche out of the public pages at once, or put it back as its published version agreed.

    Twice is the same. Raises ``NotAllowed``.
    """
    refusal = why_not_write(actor, prestataire)
    if refusal:
        raise NotAllowed(refusal)
    locked = lock(prestataire)
    if (locked.public_retire_le is not None) != withdrawn:
        was, locked.public_retire_le = locked.public_retire_le, clock.now() if withdrawn else None
        locked.version += 1
        locked.save(update_fields=["public_retire_le", "version"])
        verb = "portfolio.public_retire" if withdrawn else "portfolio.public_remis"
        journal.record(actor, verb, locked, changes={"public_retire_le": (was, locked.public_retire_le)})
    return locked


@transaction.atomic
def write_to(prestataire: Prestataire, *, nom: str, email: str, texte: str) -> MessagePublic:
    """Send a visitor's message on to the référents, who answer to the visitor. Raises ``InvalidInput`` without any."""
    to = referents(prestataire.pk)
    if not to:
        raise InvalidInput("Personne ne relève encore les messages de ce prestataire.")
    message = MessagePublic.objects.create(prestataire=prestataire, nom=nom, email=email, texte=texte)
    for address in to:
        outbox.queue_mail(
            "portfolio/message",
            to=address,
            context={"message": message.pk},
            actor=Actor.system("pages publiques du portefeuille"),
            scope=prestataire,
            key=f"portfolio-message-{message.pk}-{address}",
        )
    return message


def erase_messages() -> int:
    """Erase the messages of visitors older than ``JOURS_GARDES``; returns how many."""
    limit = clock.now() - dt.timedelta(days=JOURS_GARDES)
    return MessagePublic.objects.filter(at__lt=limit).delete()[0]
