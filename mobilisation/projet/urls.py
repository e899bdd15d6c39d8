"""Pages of the projet d'intervention."""

from django.urls import path

from mobilisation.views import groupes, projet, scenarios

app_name = "mobilisation"
urlpatterns = [
    path("<int:pk>/projet-intervention/", projet.Projet.as_view(), name="projet"),
    path("<int:pk>/projet-intervention/objectifs/", projet.ObjectifsEdit.as_view(), name="objectifs"),
    path("<int:pk>/projet-intervention/intervention/", projet.InterventionEdit.as_view(), name="intervention"),
    path("<int:pk>/projet-intervention/accroche/", projet.AccrocheEdit.as_view(), name="accroche"),
    path("<int:pk>/projet-intervention/evaluation/", projet.CadreEdit.as_view(), name="cadre"),
    path(
        "<int:pk>/projet-intervention/scenarios/nouveau/", scenarios.ScenarioNouveau.as_view(), name="scenario_nouveau"
    ),
    path("<int:pk>/projet-intervention/scenarios/<int:scenario>/", scenarios.ScenarioEdit.as_view(), name="scenario"),
    path(
        "<int:pk>/projet-intervention/scenarios/<int:scenario>/retenir/",
        scenarios.ScenarioRetenir.as_view(),
        name="scenario_retenir",
    ),
    path(
        "<int:pk>/projet-intervention/scenarios/<int:scenario>/retirer/",
        scenarios.ScenarioRetirer.as_view(),
        name="scenario_retirer",
    ),
    path("<int:pk>/projet-intervention/groupes/", groupes.Groupes.as_view(), name="groupes"),
    path("<int:pk>/projet-intervention/groupes/nouveau/", groupes.GroupeNouveau.as_view(), name="groupe_nouveau"),
    path("<int:pk>/projet-intervention/groupes/<int:groupe>/", groupes.GroupeEdit.as_view(), name="groupe"),
    path(
        "<int:pk>/projet-intervention/groupes/<int:groupe>/defaire/",
        groupes.GroupeDefaire.as_view(),
        name="groupe_defaire",
    ),
]
