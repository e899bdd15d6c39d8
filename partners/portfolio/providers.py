"""What the portfolio gives to the floors below: rights over its files, those that stay."""

from __future__ import annotations

from collections.abc import Collection

from core.actor import Actor
from core.uploads import ATTACHMENT_RIGHTS, KEPT_FOR_GOOD, AttachmentRights


def _nobody(ids: Collection[int], actor: Actor) -> set[int]:
    """The files of a fiche are read through the portfolio's own view, version by version, and CVs with a trace."""
    return set()


def _writers(ids: Collection[int], actor: Actor) -> set[int]:
    from partners.portfolio.models import Prestataire

    return set(Prestataire.objects.of_person(actor.user_id).filter(pk__in=ids).values_list("pk", flat=True))


def _shown(ids: Collection[int]) -> set[int]:
    """The files that a version of a fiche shows: they stay as long as it does."""
    from partners.portfolio.models import Piece

    return set(Piece.objects.filter(fichier__in=ids).values_list("fichier_id", flat=True))


def register() -> None:
    """Fill the registries; called once by ``PortfolioConfig.ready``."""
    ATTACHMENT_RIGHTS.register("portfolio.prestataire", AttachmentRights(can_view=_nobody, can_edit=_writers))
    KEPT_FOR_GOOD.register("documents des fiches", _shown)
