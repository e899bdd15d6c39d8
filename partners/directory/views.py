"""Pages of the directory of partners: what it has of its own."""

from __future__ import annotations

from typing import Any

from accounts.annuaires import views
from accounts.annuaires.rights import keeps_directory
from partners.directory import presenters
from partners.directory.annuaire import PARTENAIRES
from partners.directory.enums import Famille
from partners.directory.filters import ETATS, SORTS, TENUS, PartenaireFilter
from partners.directory.models import Partenaire
from referentiels import lists
from referentiels.models import Secteur

COLUMNS = (
    ("nom", "Partenaire", ""),
    ("famille", "Famille", ""),
    ("", "Territoire", ""),
    ("", "Secteur", ""),
    ("", "Annuaire de", ""),
)


class Liste(views.Liste):
    """The directory of the région."""

    annuaire = PARTENAIRES
    filterset_class = PartenaireFilter
    sorts = SORTS
    template_name = "partners/liste.html"
    results_template_name = "partners/liste_resultats.html"
    new_route = "nouveau"
    export_header = presenters.EXPORT_HEADER
    export_row = staticmethod(presenters.export_row)

    def columns(self):
        return COLUMNS

    def selects(self):
        actor = self.request.actor
        kept = [("tenu", "Annuaire", [("", "Toute la région"), *TENUS])] if keeps_directory(actor) else []
        return [
            ("famille", "Famille", [("", "Toutes"), *Famille.choices]),
            ("departement", "Agit dans", [("", "Tous les départements"), *lists.departements(actor.region_id)]),
            ("secteur", "Secteur", [("", "Tous"), *lists.choices(Secteur)]),
            ("etat", "État", [("", "Actifs"), *ETATS[1:]]),
            *kept,
        ]


class FichePartenaire(views.Fiche):
    """The sheet and the ingénieries it took part in."""

    annuaire = PARTENAIRES
    template_name = "partners/fiche.html"

    def get_context(self, sheet: Partenaire) -> dict[str, Any]:
        return {**super().get_context(sheet), "facts": presenters.facts(sheet)}
