"""Addresses of this room, under ``/bibliotheque/`` and under an ingénierie."""

from __future__ import annotations

from django.urls import path

from capitalisation.usages.views import questions, signalements, utilisations

urlpatterns = [
    path("<int:pk>/utiliser/", utilisations.Utiliser.as_view(), name="utiliser"),
    path("<int:pk>/usages/<int:utilisation>/", utilisations.Preciser.as_view(), name="utilisation"),
    path("<int:pk>/usages/<int:utilisation>/retirer/", utilisations.Retirer.as_view(), name="utilisation_retirer"),
    path("<int:pk>/question/", questions.Poser.as_view(), name="question"),
    path("<int:pk>/questions/<int:question>/repondre/", questions.Repondre.as_view(), name="question_repondre"),
    path("<int:pk>/questions/<int:question>/retirer/", questions.RetirerQuestion.as_view(), name="question_retirer"),
    path("<int:pk>/signaler/", signalements.Signaler.as_view(), name="signaler"),
    path("<int:pk>/signalements/<int:signalement>/", signalements.Traiter.as_view(), name="signalement"),
    path("<int:pk>/verifiee/", signalements.Verifiee.as_view(), name="verifiee"),
]

dossier = [
    path("<int:pk>/ressources/", utilisations.Ressources.as_view(), name="ressources"),
]
