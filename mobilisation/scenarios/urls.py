"""Pages of the scenarios."""

from django.urls import path

from mobilisation.scenarios import views

urlpatterns = [
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
    path(
        "<int:pk>/projet-intervention/scenarios/<int:scenario>/seances/nouvelle/",
        views.DateNouvelle.as_view(),
        name="scenario_date_nouvelle",
    ),
    path(
        "<int:pk>/projet-intervention/scenarios/<int:scenario>/seances/<int:seance>/retirer/",
        views.DateRetirer.as_view(),
        name="scenario_date_retirer",
    ),
]
