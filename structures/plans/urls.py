"""Addresses of the plans d'accompagnement, under ``/structures/``."""

from django.urls import path

from structures.plans import echeances, views

urlpatterns = [
    path("plans/echeances/", echeances.liste, name="echeances"),
    path("<int:pk>/plans/nouveau/", views.nouveau, name="plan_nouveau"),
    path("plans/<int:pk>/", views.Detail.as_view(), name="plan"),
    path("plans/<int:pk>/etat/", views.Etat.as_view(), name="plan_action"),
    path("plans/<int:pk>/suivi/", views.PlanEdit.as_view(), name="plan_modifier"),
    path("plans/<int:pk>/besoins/", views.Besoins.as_view(), name="plan_besoins"),
    path("plans/<int:pk>/lignes/nouvelle/", views.LigneNouvelle.as_view(), name="ligne_nouvelle"),
    path("plans/lignes/<int:pk>/", views.Ligne.as_view(), name="ligne"),
    path("plans/lignes/<int:pk>/modifier/", views.LigneEdit.as_view(), name="ligne_modifier"),
    path("plans/lignes/<int:pk>/retirer/", views.ligne_retirer, name="ligne_retirer"),
    path("plans/lignes/<int:pk>/deplacer/", views.ligne_deplacer, name="ligne_deplacer"),
    path("plans/<int:pk>/missions/nouvelle/", views.MissionNouvelle.as_view(), name="mission_nouvelle"),
    path("plans/missions/<int:pk>/", views.MissionEdit.as_view(), name="mission"),
    path("plans/missions/<int:pk>/retirer/", views.mission_retirer, name="mission_retirer"),
    path("plans/<int:pk>/actualiser/", views.Actualiser.as_view(), name="plan_actualiser"),
    path("plans/<int:pk>/actualisations/<int:numero>/", views.actualisation, name="plan_actualisation"),
    path("plans/<int:pk>/reponse/", views.Reponse.as_view(), name="plan_reponse"),
    path("plans/<int:pk>/journal/", views.journal_page, name="plan_journal"),
]
