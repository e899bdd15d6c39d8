"""Pages of the directory of structures: what it has of its own."""

from __future__ import annotations

from typing import Any

from accounts.annuaires import views
from accounts.annuaires.rights import keepers
from referentiels import lists
from referentiels.models import Secteur
from structures.annuaire import presenters
from structures.annuaire.annuaire import STRUCTURES
from structures.annuaire.enums import Nature
from structures.annuaire.filters import ETATS, SORTS, TAILLES, StructureFilter
from structures.annuaire.totaux import totaux_of

COLUMNS = (
    ("nom", "Structure", ""),
    ("departement", "Département", ""),
    ("secteur", "Secteur", ""),
    ("etp", "ETP", "num"),
    ("budget", "Budget", "num"),
)


class Liste(views.Liste):
    """The directory of a DLA, or those of its région for a C2RA: then each row says whose it is."""

    annuaire = STRUCTURES
    filterset_class = StructureFilter
    sorts = SORTS
    template_name = "structures/annuaire/liste.html"
    results_template_name = "structures/annuaire/liste_resultats.html"
    new_route = "nouvelle"
    export_header = presenters.EXPORT_HEADER
    export_row = staticmethod(presenters.export_row)

    def totals(self, found: Any) -> str:
        return totaux_of(found).phrase

    def export_totals(self, found: Any) -> list[list[Any]]:
        return [presenters.export_total(totaux_of(found))]

    @property
    def several(self) -> bool:
        return not self.request.actor.organisation.is_dla

    def columns(self):
        return (*COLUMNS, ("", "Annuaire de", "")) if self.several else COLUMNS

    def selects(self):
        whose = [("annuaire", "Annuaire de", [("", "Toutes"), *keepers(self.request.actor)])] if self.several else []
        return [
            *whose,
            ("departement", "Département", [("", "Tous"), *lists.departements(self.request.actor.region_id)]),
            ("secteur", "Secteur", [("", "Tous"), *lists.choices(Secteur)]),
            ("nature", "Nature", [("", "Toutes"), *Nature.choices]),
            ("taille", "Taille", [("", "Toutes"), *((code, label) for code, (label, _, _) in TAILLES.items())]),
            ("etat", "État", [("", "Actives"), *ETATS[1:]]),
        ]

    def extra(self) -> dict[str, Any]:
        return {"several": self.several}
