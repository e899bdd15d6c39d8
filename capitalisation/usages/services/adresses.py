"""To whom the mails about a resource are written: read from the memberships of now."""

from __future__ import annotations

from accounts.in_charge import reply_address
from capitalisation.bibliotheque.enums import Lecteurs
from capitalisation.bibliotheque.models import Ressource
from capitalisation.bibliotheque.services.lecteurs import deciders
from core.actor import Actor
from partners.portfolio.prestataire.permissions import belongings


def author(ressource: Ressource) -> list[str]:
    """Where what is written to the author arrives; nobody, when its organisation has no address at all."""
    found = reply_address(ressource.auteur, ressource.contributeur)
    return [found] if found else []


def overseers(ressource: Ressource) -> list[str]:
    """The members who write of the C2RA of its région; of the Avise, for a national one."""
    return sorted({person.email for person in deciders(ressource, Lecteurs.RESEAU)})


def on_behalf_of(actor: Actor) -> str:
    """For whom ``actor`` asks: an organisation, or a prestataire; ``""`` for somebody who belongs to nothing."""
    if actor.organisation is not None:
        return str(actor.organisation)[:200]
    mine = belongings(actor)
    return str(mine[0].prestataire)[:200] if mine else ""
