"""What the portfolio gives to the floors below: menu, documents, rights over its files, those that stay."""

from __future__ import annotations

from collections.abc import Collection

from accounts.permissions import is_c2ra
from core.actor import Actor
from core.engines import OPEN_PARTS, OpenPart
from core.imports import IMPORTS
from core.menu import MENU, PUBLIC_LINKS, MenuEntry, PublicLink
from core.uploads import ATTACHMENT_RIGHTS, KEPT_FOR_GOOD, AttachmentRights
from partners.portfolio.donnees import personal
from partners.portfolio.fiche import documents
from partners.portfolio.fiche.models.blocs import Piece
from partners.portfolio.invitations import liens
from partners.portfolio.prestataire.models import Prestataire
from partners.portfolio.reprise.imports import PrestataireImport
from partners.portfolio.vitrine import selection


def _alone(actor: Actor) -> bool:
    """Somebody who acts for no organisation: a consultant, or one who will be (asked without any query)."""
    return actor.kind == "user" and actor.organisation is None


def _nobody(ids: Collection[int], actor: Actor) -> set[int]:
    """The files of a fiche are read through the portfolio's own view, version by version, and CVs with a trace."""
    return set()


def _writers(ids: Collection[int], actor: Actor) -> set[int]:
    return set(Prestataire.objects.of_person(actor.user_id).filter(pk__in=ids).values_list("pk", flat=True))


def _shown(ids: Collection[int]) -> set[int]:
    """The files that a version of a fiche shows: they stay as long as it does."""
    return set(Piece.objects.filter(fichier__in=ids).values_list("fichier_id", flat=True))


def register() -> None:
    """Fill the registries; called once by ``PortfolioConfig.ready``."""
    documents.register()
    personal.register()
    liens.register()
    IMPORTS.register("prestataires", PrestataireImport())
    MENU.register("fiches", MenuEntry("À relire", "inbox", "portfolio:file", is_c2ra), order=46)
    MENU.register("espace", MenuEntry("Espace prestataire", "person-badge", "portfolio:espace", _alone), order=15)
    PUBLIC_LINKS.register(
        "prestataires", PublicLink("Consulter les prestataires des DLA", "prestataires:liste", selection.any_open)
    )
    OPEN_PARTS.register("prestataires", OpenPart("/prestataires/", "prestataires:plan", selection.any_open))
    ATTACHMENT_RIGHTS.register("portfolio.prestataire", AttachmentRights(can_view=_nobody, can_edit=_writers))
    KEPT_FOR_GOOD.register("documents des fiches", _shown)
