"""Addresses of the payments of a mission, for the prestataire."""

from django.urls import path

from missions.paiements import views

_SALLE = "<int:convention>/paiements/"

urlpatterns = [
    path(_SALLE, views.EspaceListe.as_view(), name="paiements"),
    path(f"{_SALLE}<slug:cle>/demander/", views.EspaceDemander.as_view(), name="paiement_demander"),
    path(f"{_SALLE}<slug:cle>/demande/", views.EspaceModifier.as_view(), name="paiement_modifier"),
]
