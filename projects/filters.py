"""Filters of the list of ingénieries: all in the URL."""

from __future__ import annotations

import django_filters
from django import forms
from django.db.models import F

from core.text import normalise
from projects.enums import OPEN_STATES, Etat, TypeIngenierie
from projects.models import Ingenierie
from referentiels import lists
from referentiels.models import Departement, Secteur, TypePrestation

SORTS = {
    "recent": "activité récente",
    "titre": "titre",
    "etape": "étape",
    "debut": "date de début",
}


class IngenierieFilter(django_filters.FilterSet):
    """Search and filters; ``actor`` is needed by « mes ingénieries »."""

    q = django_filters.CharFilter(method="search", label="Rechercher")
    etape = django_filters.ChoiceFilter(
        method="by_step", label="Étape", empty_label="Toutes", choices=[("en_cours", "En cours (les quatre étapes)"), *Etat.choices]
    )
    type = django_filters.ChoiceFilter(
        field_name="type_ingenierie", label="Type", empty_label="Tous", choices=TypeIngenierie.choices
    )
    secteur = django_filters.ChoiceFilter(
        field_name="secteurs__code", label="Secteur", empty_label="Tous", choices=lambda: lists.choices(Secteur)
    )
    theme = django_filters.ChoiceFilter(
        field_name="themes__code", label="Thème Enée", empty_label="Tous",
        choices=lambda: lists.choices(TypePrestation),
    )
    departement = django_filters.ChoiceFilter(
        field_name="departements__code", label="Département", empty_label="Tous",
        choices=lambda: lists.choices(Departement),
    )
    miennes = django_filters.BooleanFilter(
        method="mine", label="Celles que je porte", widget=forms.CheckboxInput
    )

    class Meta:
        model = Ingenierie
        fields: list[str] = []

    def __init__(self, *args, actor, **kwargs):
        super().__init__(*args, **kwargs)
        self.actor = actor

    def search(self, queryset, name, value):
        for word in normalise(value).split()[:8]:
            queryset = queryset.filter(search_text__contains=word)
        return queryset

    def by_step(self, queryset, name, value):
        return queryset.filter(state__in=OPEN_STATES) if value == "en_cours" else queryset.filter(state=value)

    def mine(self, queryset, name, value):
        return queryset.filter(charge_mission=self.actor.user) if value else queryset


def sorted_by(queryset, sort: str, actor, *, listing: bool):
    """Order by one of :data:`SORTS`; always total (ends with the primary key)."""
    if sort == "titre":
        return queryset.order_by("titre", "pk")
    if sort == "etape":
        return queryset.order_by("state", "-last_activity_at", "pk")
    if sort == "debut":
        return queryset.order_by(F("date_debut").desc(nulls_last=True), "pk")
    return queryset.recent_first(actor, listing=listing)
