"""Filters and sorts of the directory: all in the URL."""

from __future__ import annotations

from decimal import Decimal

import django_filters
from django.db.models import F

from referentiels import lists
from referentiels.models import Departement, Secteur
from structures.annuaire.enums import Nature
from structures.annuaire.models import Structure

SORTS = {
    "nom": ("search_text", "pk"),
    "-nom": ("-search_text", "pk"),
    "departement": ("departement__position", "departement__label", "search_text", "pk"),
    "-departement": ("-departement__position", "-departement__label", "search_text", "pk"),
    "secteur": ("secteur__position", "secteur__label", "search_text", "pk"),
    "-secteur": ("-secteur__position", "-secteur__label", "search_text", "pk"),
    "etp": (F("etp").asc(nulls_last=True), "search_text", "pk"),
    "-etp": (F("etp").desc(nulls_last=True), "search_text", "pk"),
    "budget": (F("budget").asc(nulls_last=True), "search_text", "pk"),
    "-budget": (F("budget").desc(nulls_last=True), "search_text", "pk"),
}
DEFAULT_SORT = "nom"

#: Code → (label, least ETP, below); ``None``: unknown, or no limit.
TAILLES: dict[str, tuple[str, Decimal | None, Decimal | None]] = {
    "sans": ("Sans emploi", Decimal(0), Decimal("0.01")),
    "moins-de-3": ("Moins de 3 ETP", Decimal("0.01"), Decimal(3)),
    "3-a-9": ("3 à moins de 10 ETP", Decimal(3), Decimal(10)),
    "10-a-49": ("10 à moins de 50 ETP", Decimal(10), Decimal(50)),
    "50-et-plus": ("50 ETP et plus", Decimal(50), None),
    "inconnue": ("Non renseignée", None, None),
}

ETATS = [("actives", "Actives"), ("retirees", "Retirées de l’annuaire actif"), ("toutes", "Toutes")]


class StructureFilter(django_filters.FilterSet):
    """Search, département, sector, nature, size (ETP), active or not, organisation (for a C2RA)."""

    q = django_filters.CharFilter(method="search", label="Rechercher")
    departement = django_filters.ChoiceFilter(method="by_departement", choices=lambda: lists.choices(Departement))
    secteur = django_filters.ChoiceFilter(method="by_secteur", choices=lambda: lists.choices(Secteur))
    nature = django_filters.ChoiceFilter(field_name="nature", choices=Nature.choices)
    taille = django_filters.ChoiceFilter(
        method="by_taille", choices=[(code, label) for code, (label, _, _) in TAILLES.items()]
    )
    etat = django_filters.ChoiceFilter(method="by_etat", choices=ETATS)
    annuaire = django_filters.NumberFilter(field_name="organisation_id", min_value=1, max_value=2**53, decimal_places=0)

    class Meta:
        model = Structure
        fields: list[str] = []

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

    def by_taille(self, queryset, name, value):
        _, least, below = TAILLES[value]
        if least is None:
            return queryset.filter(etp__isnull=True)
        queryset = queryset.filter(etp__gte=least)
        return queryset if below is None else queryset.filter(etp__lt=below)

    def by_etat(self, queryset, name, value):
        return {
            "actives": queryset.filter(is_active=True),
            "retirees": queryset.filter(is_active=False),
            "toutes": queryset,
        }[value]
