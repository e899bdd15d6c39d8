"""Addresses of the library as data, under ``/bibliotheque/``."""

from __future__ import annotations

from django.urls import path

from capitalisation.vitrine import views

urlpatterns = [
    path("donnees.json", views.donnees, name="donnees"),
    path("<int:pk>/donnees.json", views.donnees_ressource, name="donnees_ressource"),
    path("donnees.csv", views.tableau, name="tableau"),
    path("ressources-1.schema.json", views.schema, name="schema"),
    path("flux.atom", views.flux, name="flux"),
    path("plan.xml", views.plan, name="plan"),
]
