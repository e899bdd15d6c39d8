"""What people keep of the portfolio."""

from __future__ import annotations

from django.db import transaction

from core.actor import Actor
from core.errors import NotAllowed
from partners.portfolio.prestataire.models import Prestataire
from partners.recherche.models import Favori


@transaction.atomic
def set_favori(prestataire: Prestataire, wanted: bool, *, actor: Actor) -> bool:
    """Keep a prestataire among one's favourites, or no longer; saying it twice changes nothing.

    Returns whether it is kept. Raises ``NotAllowed`` for who acts for no organisation.
    """
    if actor.user_id is None or actor.organisation_id is None:
        raise NotAllowed("Les favoris sont ceux d’une personne dans une organisation.")
    if wanted:
        Favori.objects.get_or_create(user=actor.user, organisation=actor.organisation, prestataire=prestataire)
    else:
        Favori.objects.of(actor).filter(prestataire=prestataire).delete()
    return wanted
