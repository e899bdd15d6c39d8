"""Addresses of the productions of a mission, for the prestataire."""

from django.urls import path

from missions.productions.views import pages

_SALLE = "<int:convention>/productions/"

urlpatterns = [
    path(_SALLE, pages.EspaceListe.as_view(), name="productions"),
    path(f"{_SALLE}remettre/", pages.EspaceAjouter.as_view(), name="production_ajouter"),
    path(f"{_SALLE}<int:production>/", pages.EspaceModifier.as_view(), name="production"),
    path(f"{_SALLE}<int:production>/retirer/", pages.EspaceRetirer.as_view(), name="production_retirer"),
]
