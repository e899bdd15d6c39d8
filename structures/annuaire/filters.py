"""Filters and sorts of the directory: all in the URL."""

from __future__ import annotations

from decimal import Decimal

import django_filters
from django.db.models import F

from accounts.annuaires import filters
from structures.annuaire.enums import Nature
from structures.annuaire.models import Structure

SORTS = {
    **filters.SORTS,
    "departement": ("departement__position", "departement__label", "search_text", "pk"),
    "-departement": ("-departement__position", "-departement__label", "search_text", "pk"),
    "secteur": ("secteur__position", "secteur__label", "search_text", "pk"),
    "-secteur": ("-secteur__position", "-secteur__label", "search_text", "pk"),
    "etp": (F("etp").asc(nulls_last=True), "search_text", "pk"),
    "-etp": (F("etp").desc(nulls_last=True), "search_text", "pk"),
    "budget": (F("budget").asc(nulls_last=True), "search_text", "pk"),
    "-budget": (F("budget").desc(nulls_last=True), "search_text", "pk"),
}

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


class StructureFilter(filters.SheetFilter):
    """Search, département, sector, nature, size (ETP), active or not, organisation (for a C2RA)."""

    etats = ETATS

    nature = django_filters.ChoiceFilter(field_name="nature", choices=Nature.choices)
    taille = django_filters.ChoiceFilter(
        method="by_taille", choices=[(code, label) for code, (label, _, _) in TAILLES.items()]
    )
    etat = django_filters.ChoiceFilter(method="by_etat", choices=ETATS)
    annuaire = django_filters.NumberFilter(field_name="organisation_id", min_value=1, max_value=2**53, decimal_places=0)

    class Meta:
        model = Structure
        fields: list[str] = []

    def by_taille(self, queryset, name, value):
        _, least, below = TAILLES[value]
        if least is None:
            return queryset.filter(etp__isnull=True)
        queryset = queryset.filter(etp__gte=least)
        return queryset if below is None else queryset.filter(etp__lt=below)
