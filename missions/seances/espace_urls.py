"""Addresses of the séances of a mission, for its prestataire."""

from django.urls import path

from missions.seances.views import espace

_S = "<int:convention>/seances/<int:seance>/"

urlpatterns = [
    path("<int:convention>/seances/", espace.Liste.as_view(), name="seances"),
    path(_S, espace.Detail.as_view(), name="seance"),
    path(f"{_S}etat/", espace.Cycle.as_view(), name="seance_etat"),
    path(f"{_S}presences/", espace.Presences.as_view(), name="seance_presences"),
    path(f"{_S}compte-rendu/", espace.CompteRendu.as_view(), name="seance_compte_rendu"),
]
