"""Addresses of the fiche de suivi, for the prestataire."""

from django.urls import path

from missions.suivi.views import espace

_S = "<int:convention>/suivi/"

urlpatterns = [
    path(_S, espace.Suivi.as_view(), name="suivi"),
    path(f"{_S}consultant/", espace.Consultant.as_view(), name="suivi_consultant"),
    path(f"{_S}besoin/", espace.Besoin.as_view(), name="suivi_besoin"),
    path(f"{_S}previsions/", espace.Previsions.as_view(), name="suivi_previsions"),
    path(f"{_S}etapes/<int:etape>/", espace.Etat.as_view(), name="suivi_etape"),
    path(f"{_S}etapes/<int:etape>/prevu/", espace.Prevu.as_view(), name="suivi_prevu"),
    path(f"{_S}etapes/<int:etape>/reprendre/", espace.Reprendre.as_view(), name="suivi_reprendre"),
]
