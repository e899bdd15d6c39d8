"""Addresses of the payments of a mission, for the team."""

from django.urls import path

from missions.paiements import views

_SALLE = "<int:pk>/missions/<int:convention>/paiements/"

urlpatterns = [
    path(_SALLE, views.Liste.as_view(), name="paiements"),
    path(f"{_SALLE}<slug:cle>/demander/", views.Demander.as_view(), name="paiement_demander"),
    path(f"{_SALLE}<slug:cle>/demande/", views.Modifier.as_view(), name="paiement_modifier"),
    path(f"{_SALLE}<slug:cle>/payer/", views.Payer.as_view(), name="paiement_payer"),
]
