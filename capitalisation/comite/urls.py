"""Addresses of this room, under ``/bibliotheque/``."""

from __future__ import annotations

from django.urls import path

from capitalisation.comite.views import examens, reglages

urlpatterns = [
    path("comite/", examens.file, name="comite"),
    path("comite/reglages/", reglages.Reglages.as_view(), name="comite_reglages"),
    path("comite/membres/ajouter/", reglages.MembreAjouter.as_view(), name="comite_membre_ajouter"),
    path("comite/membres/<int:membre>/", reglages.MembreModifier.as_view(), name="comite_membre"),
    path("comite/membres/<int:membre>/depart/", reglages.MembreDepart.as_view(), name="comite_membre_depart"),
    path("comite/membres/<int:membre>/effacer/", reglages.MembreEffacer.as_view(), name="comite_membre_effacer"),
    path("comite/examens/<int:examen>/", examens.Page.as_view(), name="examen"),
    path("comite/examens/<int:examen>/relancer/", examens.relancer, name="examen_relancer"),
]
