"""Addresses of the fiche de suivi, for the team."""

from django.urls import path

from missions.suivi.views import equipe

_S = "<int:pk>/missions/<int:convention>/suivi/"

urlpatterns = [
    path(_S, equipe.Suivi.as_view(), name="suivi"),
    path(f"{_S}envoyer/", equipe.Envoyer.as_view(), name="suivi_envoyer"),
    path(f"{_S}consultant/", equipe.Consultant.as_view(), name="suivi_consultant"),
    path(f"{_S}besoin/", equipe.Besoin.as_view(), name="suivi_besoin"),
    path(f"{_S}previsions/", equipe.Previsions.as_view(), name="suivi_previsions"),
    path(f"{_S}etapes/<int:etape>/", equipe.Etat.as_view(), name="suivi_etape"),
    path(f"{_S}etapes/<int:etape>/prevu/", equipe.Prevu.as_view(), name="suivi_prevu"),
    path(f"{_S}etapes/<int:etape>/reprendre/", equipe.Reprendre.as_view(), name="suivi_reprendre"),
]
