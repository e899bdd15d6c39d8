"""Filters and sorts of the directory of partners: all in the URL."""

from __future__ import annotations

import django_filters
from django.db.models import Q

from accounts.annuaires import filters
from partners.directory.enums import Famille
from partners.directory.models import Partenaire
from referentiels import lists
from referentiels.models import Departement, Secteur

SORTS = {
    **filters.SORTS,
    "famille": ("famille", "search_text", "pk"),
    "-famille": ("-famille", "search_text", "pk"),
}

ETATS = [("actifs", "Actifs"), ("retires", "Retirés de l’annuaire actif"), ("tous", "Tous")]
TENUS = [("nous", "Tenus par nous")]


class PartenaireFilter(filters.SheetFilter):
    """Search, family, département served, sector, kept by us, active or not."""

    etats = ETATS

    famille = django_filters.ChoiceFilter(field_name="famille", choices=Famille.choices)
    tenu = django_filters.ChoiceFilter(method="by_owner", choices=TENUS)
    etat = django_filters.ChoiceFilter(method="by_etat", choices=ETATS)

    class Meta:
        model = Partenaire
        fields: list[str] = []

    def by_departement(self, queryset, name, value):
        """Those of the département, of its région, and those without territory."""
        item = lists.by_code(Departement)[value]
        return queryset.filter(
            Q(departement_id=item.pk)
            | Q(departement__isnull=True, region_id=item.region_id)
            | Q(departement__isnull=True, region__isnull=True)
        )

    def by_secteur(self, queryset, name, value):
        """Those of the sector, and those of every sector."""
        return queryset.filter(Q(secteur_id=lists.by_code(Secteur)[value].pk) | Q(secteur__isnull=True))

    def by_owner(self, queryset, name, value):
        return queryset.filter(organisation_id=self.request.actor.organisation_id)
