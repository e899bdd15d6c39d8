"""Filters and sorts of the list of ingénieries: all in the URL."""

from __future__ import annotations

import django_filters
from django import forms
from django.db.models import Case, F, IntegerField, Value, When

from core.actor import Actor
from core.search import matching
from projects.enums import OPEN_STATES, Cycle, Etat, TypeIngenierie
from projects.ingenierie.models import Ingenierie
from referentiels import lists
from referentiels.models import Departement, Secteur, TypePrestation

ETAPES = [("en_cours", "En cours (les quatre étapes)"), *Etat.choices]
_STEP_ORDER = Case(
    *[When(state=state, then=Value(index)) for index, state in enumerate(Etat)], output_field=IntegerField()
)
#: code → ordering; « -activite » is the default and goes through the index of the actor's scope.
SORTS = {
    "-activite": (),
    "activite": ("last_activity_at", "pk"),
    "titre": ("search_text", "pk"),
    "-titre": ("-search_text", "-pk"),
    "etape": (_STEP_ORDER, "-last_activity_at", "-pk"),
    "-etape": (_STEP_ORDER.desc(), "-last_activity_at", "-pk"),
    "debut": (F("date_debut").asc(nulls_last=True), "pk"),
    "-debut": (F("date_debut").desc(nulls_last=True), "pk"),
}
DEFAULT_SORT = "-activite"


class IngenierieFilter(django_filters.FilterSet):
    """Search and filters; ``actor`` is needed by « celles que je porte »."""

    q = django_filters.CharFilter(method="search", label="Rechercher")
    etape = django_filters.ChoiceFilter(method="by_step", choices=ETAPES)
    forme = django_filters.ChoiceFilter(field_name="cycle", choices=Cycle.choices)
    type = django_filters.ChoiceFilter(field_name="type_ingenierie", choices=TypeIngenierie.choices)
    secteur = django_filters.ChoiceFilter(method="by_item", choices=lambda: lists.choices(Secteur))
    theme = django_filters.ChoiceFilter(method="by_item", choices=lambda: lists.choices(TypePrestation))
    departement = django_filters.ChoiceFilter(method="by_item", choices=lambda: lists.choices(Departement))
    miennes = django_filters.BooleanFilter(method="mine", widget=forms.CheckboxInput)

    class Meta:
        model = Ingenierie
        fields: list[str] = []

    _LISTS = {
        "secteur": ("secteurs", Secteur),
        "theme": ("themes", TypePrestation),
        "departement": ("departements", Departement),
    }

    def __init__(self, *args, actor: Actor, **kwargs):
        super().__init__(*args, **kwargs)
        self.actor = actor

    def search(self, queryset, name, value):
        return matching(queryset, value)

    def by_step(self, queryset, name, value):
        return queryset.filter(state__in=OPEN_STATES) if value == "en_cours" else queryset.filter(state=value)

    def by_item(self, queryset, name, value):
        field, model = self._LISTS[name]
        return queryset.filter(**{field: lists.by_code(model)[value].pk})

    def mine(self, queryset, name, value):
        return queryset.filter(charge_mission=self.actor.user_id) if value else queryset


def ordered(queryset, sort: str, actor: Actor, *, region: bool):
    """Order by one of :data:`SORTS`, always totally."""
    return queryset.order_by(*SORTS[sort]) if SORTS[sort] else queryset.recent_first(actor, listing=region)
