"""The personal link by which a partner reads a selection of the portfolio (002: « consultable, à la demande, par des
partenaires »)."""

from __future__ import annotations

import datetime as dt

from django.urls import reverse

from accounts.links import LINK_PURPOSES, LinkPurpose
from core.actor import Actor
from partners.recherche.models import SelectionPartagee
from partners.recherche.registry import RESULT_ACTIONS, ResultAction
from partners.recherche.selections.services import LIEN, why_not_share
from partners.recherche.selections.views import Lire

#: How long a link serves.
LIFETIME = dt.timedelta(days=60)


def _owned(actor: Actor, selection: SelectionPartagee) -> bool:
    return actor.is_system or actor.organisation_id == selection.organisation_id


def _refusal(actor: Actor, selection: SelectionPartagee) -> str | None:
    if not _owned(actor, selection):
        return "Cette sélection est celle d’une autre organisation."
    return (None if actor.is_system else why_not_share(actor)) or None


def register() -> None:
    """Called once by ``RechercheConfig.ready``."""
    LINK_PURPOSES.register(
        LIEN,
        LinkPurpose(
            label="Sélection du portefeuille",
            model="recherche.selectionpartagee",
            subject=lambda selection: selection.titre,
            asks=lambda selection: (
                f"{selection.organisation} vous donne à lire quelques fiches du portefeuille régional "
                "de prestataires, telles que ceux-ci acceptent de les montrer."
            ),
            duration="le temps de les lire",
            shows="la partie publique des fiches cochées, tant qu’elles sont publiées et que le prestataire l’accepte",
            thanks="",
            url=lambda selection: reverse("recherche:selection", args=[selection.pk]),
            reads=_owned,
            refusal=_refusal,
            pages={"": Lire.as_view()},
            single_use=False,
            lifetime=LIFETIME,
            scope=lambda selection: selection.organisation,
            loader=lambda pk: SelectionPartagee.objects.select_related("organisation").filter(pk=pk).first(),
        ),
    )
    RESULT_ACTIONS.register(
        "partager",
        ResultAction(
            "Partager avec un partenaire…",
            "recherche:selection_partager",
            "share",
            lambda actor: not why_not_share(actor),
        ),
    )
