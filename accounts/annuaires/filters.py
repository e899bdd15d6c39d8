"""Filters and sorts that the lists of every directory have: all in the address."""

from __future__ import annotations

from collections.abc import Sequence

import django_filters

from referentiels import lists
from referentiels.models import Departement, Secteur

#: The default, and the sorts that every directory has.
DEFAULT_SORT = "nom"
SORTS = {"nom": ("search_text", "pk"), "-nom": ("-search_text", "pk")}


class SheetFilter(django_filters.FilterSet):
    """Search, département, sector, active or not. ``etats``: the active ones, those set aside, all of them."""

    etats: Sequence[tuple[str, str]]

    q = django_filters.CharFilter(method="search", label="Rechercher")
    departement = django_filters.ChoiceFilter(method="by_departement", choices=lambda: lists.choices(Departement))
    secteur = django_filters.ChoiceFilter(method="by_secteur", choices=lambda: lists.choices(Secteur))

    def filter_queryset(self, queryset):
        queryset = super().filter_queryset(queryset)
        # Without a choice, the active ones.
        return queryset if self.form.cleaned_data.get("etat") else queryset.active()

    def search(self, queryset, name, value):
        return queryset.search(value)

    def by_departement(self, queryset, name, value):
        return queryset.filter(departement_id=lists.by_code(Departement)[value].pk)

    def by_secteur(self, queryset, name, value):
        return queryset.filter(secteur_id=lists.by_code(Secteur)[value].pk)

    def by_etat(self, queryset, name, value):
        active, aside, _ = (code for code, _ in self.etats)
        return {active: queryset.active(), aside: queryset.filter(is_active=False)}.get(value, queryset)
