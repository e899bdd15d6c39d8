"""Addresses of the requests of changes, for the team."""

from django.urls import path

from missions.modifications.views import pages

_M = "<int:pk>/missions/<int:convention>/modifications/"

urlpatterns = [
    path(_M, pages.Liste.as_view(), name="modifications"),
    path(f"{_M}demander/", pages.Demander.as_view(), name="modification_demander"),
    path(f"{_M}<int:demande>/", pages.Detail.as_view(), name="modification"),
    path(f"{_M}<int:demande>/corriger/", pages.Corriger.as_view(), name="modification_corriger"),
    path(f"{_M}<int:demande>/etat/", pages.Cycle.as_view(), name="modification_action"),
    path(f"{_M}<int:demande>/structures/", pages.Structures.as_view(), name="modification_structures"),
    path(f"{_M}<int:demande>/accords/<int:accord>/", pages.Accord.as_view(), name="modification_accord"),
]
