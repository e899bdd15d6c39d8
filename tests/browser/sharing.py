"""The pages by which an experience is shared, room by room."""

from __future__ import annotations

from tests.browser import (
    bibliotheque_recherche,
    capitalisation,
    comite,
    contributions,
    recits,
    ressources,
    usages,
)

VISITS = (
    *capitalisation.VISITS,
    *recits.VISITS,
    *contributions.VISITS,
    *ressources.VISITS,
    *comite.VISITS,
    *usages.VISITS,
    *bibliotheque_recherche.VISITS,
)
