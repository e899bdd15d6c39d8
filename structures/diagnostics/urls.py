"""Addresses of the diagnostics, under ``/structures/``."""

from django.urls import path

from structures.diagnostics import views

urlpatterns = [
    path("<int:pk>/diagnostics/nouveau/", views.nouveau, name="diagnostic_nouveau"),
    path("diagnostics/<int:pk>/", views.Detail.as_view(), name="diagnostic"),
    path("diagnostics/<int:pk>/etat/", views.Etat.as_view(), name="diagnostic_action"),
    path("diagnostics/<int:pk>/rubriques/<slug:code>/", views.RubriqueEdit.as_view(), name="diagnostic_rubrique"),
    path("diagnostics/<int:pk>/besoins/nouveau/", views.BesoinNouveau.as_view(), name="besoin_nouveau"),
    path("besoins/<int:pk>/", views.BesoinEdit.as_view(), name="besoin"),
    path("besoins/<int:pk>/retirer/", views.besoin_retirer, name="besoin_retirer"),
    path("diagnostics/<int:pk>/reponse/", views.Reponse.as_view(), name="diagnostic_reponse"),
    path("diagnostics/<int:pk>/partages/<int:numero>/", views.version, name="diagnostic_version"),
    path("diagnostics/<int:pk>/journal/", views.journal_page, name="diagnostic_journal"),
]
