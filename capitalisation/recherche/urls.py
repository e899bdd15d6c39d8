"""Addresses of the search, under ``/bibliotheque/``."""

from __future__ import annotations

from django.urls import path

from capitalisation.recherche.views import gardees, recherche

urlpatterns = [
    path("", recherche.recherche, name="recherche"),
    path("recherches/", gardees.recherches, name="recherches"),
    path("recherches/garder/", gardees.Garder.as_view(), name="recherche_garder"),
    path("recherches/<int:pk>/", gardees.Modifier.as_view(), name="recherche_modifier"),
    path("recherches/<int:pk>/prevenir/", gardees.prevenir, name="recherche_prevenir"),
    path("recherches/<int:pk>/effacer/", gardees.effacer, name="recherche_effacer"),
]
