"""Addresses of the grids, for the prestataire."""

from django.urls import path

from evaluation.grilles.views import espace

_ONE = "<int:convention>/evaluation/grille/<int:questionnaire>/"

urlpatterns = [
    path(_ONE, espace.Grille.as_view(), name="grille"),
    path(f"{_ONE}rendre/", espace.Rendre.as_view(), name="grille_rendre"),
    path(f"{_ONE}docx/", espace.Docx.as_view(), name="grille_docx"),
]
