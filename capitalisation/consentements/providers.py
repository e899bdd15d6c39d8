"""What the consents give to the floors below."""

from __future__ import annotations

from capitalisation.consentements import liens, personal, services
from capitalisation.consentements.enums import EtatConsentement
from capitalisation.consentements.models import Consentement
from capitalisation.transfert.registry import SALLES_CAPITALISATION, SalleCapitalisation
from core.merging import MOVES
from projects.ingenierie.models import Ingenierie


def _resume(ingenierie: Ingenierie) -> str:
    rows = Consentement.objects.filter(structure__ingenierie=ingenierie).values_list("etat", flat=True)
    found = list(rows.order_by())
    given = sum(1 for etat in found if etat == EtatConsentement.ACCORDE)
    return f"{given} sur {len(found)}" if found else "aucun demandé"


def register() -> None:
    """Fill the registries; called once by ``CapitalisationConfig.ready``."""
    liens.register()
    personal.register()
    SALLES_CAPITALISATION.register(
        "consentements", SalleCapitalisation("Consentements", "capitalisation:consentements", _resume), order=90
    )
    MOVES.register("capitalisation.consentement.structure", services.move)
