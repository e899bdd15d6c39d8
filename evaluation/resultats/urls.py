"""Addresses of the results, for the team."""

from __future__ import annotations

from django.urls import path

from evaluation.resultats.views import adaptation, pages, suivi

_ICI = "<int:pk>/evaluation"
_Q = f"{_ICI}/questionnaires/<int:questionnaire>"

urlpatterns = [
    path(f"{_ICI}/resultats/", pages.Salle.as_view(), name="resultats"),
    path(f"{_ICI}/resultats/modeles/<int:modele>/retirer/", adaptation.ModeleRetirer.as_view(), name="modele_retirer"),
    path(f"{_ICI}/suivi/prevoir/", suivi.Prevoir.as_view(), name="suivi_prevoir"),
    path(f"{_ICI}/suivi/<int:suivi>/modifier/", suivi.Modifier.as_view(), name="suivi_modifier"),
    path(f"{_ICI}/suivi/<int:suivi>/retirer/", suivi.Retirer.as_view(), name="suivi_retirer"),
    path(f"{_ICI}/suivi/<int:suivi>/ouvrir/", suivi.Ouvrir.as_view(), name="suivi_ouvrir"),
    path(f"{_Q}/adapter/", adaptation.Adapter.as_view(), name="adapter"),
    path(f"{_Q}/questions/ajouter/", adaptation.QuestionAjouter.as_view(), name="question_ajouter"),
    path(f"{_Q}/questions/<slug:code>/retirer/", adaptation.QuestionRetirer.as_view(), name="question_retirer"),
    path(f"{_Q}/resultats/", pages.Resultats.as_view(), name="resultats_de"),
    path(f"{_Q}/resultats/export/", pages.Export.as_view(), name="resultats_export"),
    path(f"{_Q}/resultats/region/", pages.Region.as_view(), name="resultats_region"),
    path(f"{_Q}/resultats/<str:code>/", pages.Question.as_view(), name="resultats_question"),
    path(f"{_Q}/besoins/<int:reponse>/", suivi.Relever.as_view(), name="resultats_besoin"),
]
