"""Addresses of the questionnaires, for the team."""

from django.urls import path

from evaluation.questionnaires.views import hub, papier, questionnaire, repondants, salle

_Q = "<int:pk>/evaluation/questionnaires/<int:questionnaire>/"
_R = f"{_Q}repondants/<int:repondant>/"

urlpatterns = [
    path("<int:pk>/evaluation/", hub.Evaluation.as_view(), name="evaluation"),
    path("<int:pk>/evaluation/preparer/", hub.Preparer.as_view(), name="preparer"),
    path(_Q, questionnaire.Detail.as_view(), name="questionnaire"),
    path(f"{_Q}etat/", questionnaire.Cycle.as_view(), name="questionnaire_action"),
    path(f"{_Q}modifier/", questionnaire.Modifier.as_view(), name="questionnaire_modifier"),
    path(f"{_Q}completer/", questionnaire.Completer.as_view(), name="completer"),
    path(f"{_Q}solliciter/", questionnaire.Solliciter.as_view(), name="solliciter"),
    path(f"{_Q}modele/", questionnaire.GarderModele.as_view(), name="garder_modele"),
    path(f"{_Q}papier/", papier.Vierge.as_view(), name="vierge"),
    path(f"{_Q}seance/", salle.Ecran.as_view(), name="ecran"),
    path(f"{_Q}seance/nombre/", salle.Nombre.as_view(), name="nombre"),
    path(f"{_Q}seance/heures/", salle.Heures.as_view(), name="heures"),
    path(f"{_Q}repondants/ajouter/", repondants.Ajouter.as_view(), name="repondant_ajouter"),
    path(_R, repondants.Detail.as_view(), name="repondant"),
    path(f"{_R}modifier/", repondants.Modifier.as_view(), name="repondant_modifier"),
    path(f"{_R}retirer/", repondants.Retirer.as_view(), name="repondant_retirer"),
    path(f"{_R}oublier/", repondants.Oublier.as_view(), name="repondant_oublier"),
    path(f"{_R}repondre/", repondants.Saisir.as_view(), name="saisir"),
]
