"""Making a selection of the portfolio, and what a partner reads of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from core import journal
from core.actor import Actor
from core.editing import create
from core.errors import InvalidInput, NotAllowed
from partners.portfolio.prestataire.models import Prestataire
from partners.portfolio.prestataire.permissions import uses_portfolio
from partners.portfolio.publication.models import Publication
from partners.portfolio.vitrine import selection
from partners.recherche.models import SelectionPartagee

journal.register_verbs({"recherche.selection": "a fait une sélection de prestataires pour un partenaire"})

#: Code of the purpose of the links (``accounts.links``).
LIEN = "selection-portefeuille"


def why_not_share(actor: Actor) -> str:
    """Why ``actor`` shares no selection, or ``""``."""
    if not uses_portfolio(actor):
        return "Le portefeuille est consulté par les DLA, les C2RA, les CNAR et l’AVISE."
    return "" if actor.membership.writes else "Votre rôle dans l’organisation est « lecture seule »."


def share(prestataires: Sequence[Prestataire], values: Mapping[str, Any], *, actor: Actor) -> SelectionPartagee:
    """Keep a selection: ``titre``, ``message``. Personal links are sent from its page.

    Raises ``NotAllowed``; ``InvalidInput`` when no prestataire of it agrees to be read outside the dispositif.
    """
    if refusal := why_not_share(actor):
        raise NotAllowed(refusal)
    keys = [p.pk for p in prestataires]
    if Prestataire.objects.visible_to(actor).filter(pk__in=keys).count() != len(set(keys)):
        raise NotAllowed("Un de ces prestataires n’est plus dans le portefeuille que vous lisez.")
    if not readable(keys):
        raise InvalidInput(
            "Aucun de ces prestataires n’accepte que la partie publique de sa fiche soit lue : rien n’est à partager."
        )
    with transaction.atomic():
        return create(
            SelectionPartagee(organisation=actor.organisation, created_by=actor.label[:200]),
            values,
            actor=actor,
            verb="recherche.selection",
            scope=actor.organisation,
            many_to_many={"prestataires": prestataires},
        )


def readable(keys: Sequence[int]) -> list[Publication]:
    """The publications of these prestataires that a partner may read today, by name."""
    rows = selection.with_content(selection.agreeing(list(keys)))
    return list(rows.order_by("prestataire__search_text", "prestataire_id"))
