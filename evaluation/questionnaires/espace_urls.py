"""Addresses of what a prestataire answers."""

from django.urls import path

from evaluation.questionnaires.views import espace

urlpatterns = [
    path("<int:convention>/evaluation/", espace.Evaluations.as_view(), name="evaluations"),
    path("<int:convention>/evaluation/<int:repondant>/", espace.Repondre.as_view(), name="repondre"),
]
