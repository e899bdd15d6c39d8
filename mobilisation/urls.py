"""Pages of the projet d'intervention."""

from django.urls import path

from mobilisation import views

app_name = "mobilisation"
urlpatterns = [
    path("<int:pk>/projet-intervention/", views.Projet.as_view(), name="projet"),
    path("<int:pk>/projet-intervention/objectifs/", views.ObjectifsEdit.as_view(), name="objectifs"),
    path("<int:pk>/projet-intervention/intervention/", views.InterventionEdit.as_view(), name="intervention"),
    path("<int:pk>/projet-intervention/accroche/", views.AccrocheEdit.as_view(), name="accroche"),
    path("<int:pk>/projet-intervention/evaluation/", views.CadreEdit.as_view(), name="cadre"),
    path("<int:pk>/projet-intervention/scenarios/nouveau/", views.ScenarioNouveau.as_view(), name="scenario_nouveau"),
    path("<int:pk>/projet-intervention/scenarios/<int:scenario>/", views.ScenarioEdit.as_view(), name="scenario"),
    path(
        "<int:pk>/projet-intervention/scenarios/<int:scenario>/retenir/",
        views.ScenarioRetenir.as_view(),
        name="scenario_retenir",
    ),
    path(
        "<int:pk>/projet-intervention/scenarios/<int:scenario>/retirer/",
        views.ScenarioRetirer.as_view(),
        name="scenario_retirer",
    ),
    path("<int:pk>/projet-intervention/groupes/", views.Groupes.as_view(), name="groupes"),
    path("<int:pk>/projet-intervention/groupes/nouveau/", views.GroupeNouveau.as_view(), name="groupe_nouveau"),
    path("<int:pk>/projet-intervention/groupes/<int:groupe>/", views.GroupeEdit.as_view(), name="groupe"),
    path(
        "<int:pk>/projet-intervention/groupes/<int:groupe>/defaire/",
        views.GroupeDefaire.as_view(),
        name="groupe_defaire",
    ),
]
