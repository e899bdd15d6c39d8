"""Addresses of the requests of changes, for the prestataire."""

from django.urls import path

from missions.modifications.views import pages

_M = "<int:convention>/modifications/"

urlpatterns = [
    path(_M, pages.EspaceListe.as_view(), name="modifications"),
    path(f"{_M}demander/", pages.EspaceDemander.as_view(), name="modification_demander"),
    path(f"{_M}<int:demande>/", pages.EspaceDetail.as_view(), name="modification"),
    path(f"{_M}<int:demande>/corriger/", pages.EspaceCorriger.as_view(), name="modification_corriger"),
    path(f"{_M}<int:demande>/etat/", pages.EspaceCycle.as_view(), name="modification_action"),
]
