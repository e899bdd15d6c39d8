"""Pages of the budget."""

from django.urls import path

from engagement.budget.views import budget, conventions, scenarios, versions

urlpatterns = [
    path("<int:pk>/budget/", budget.Page.as_view(), name="budget"),
    path("<int:pk>/budget/cadre/", budget.Cadre.as_view(), name="budget_cadre"),
    path("<int:pk>/budget/confirmer/", budget.Confirmer.as_view(), name="budget_confirmer"),
    path("<int:pk>/budget/revenir/", budget.Revenir.as_view(), name="budget_revenir"),
    path("<int:pk>/budget/classeur/", versions.Classeur.as_view(), name="budget_classeur"),
    path("<int:pk>/budget/avis/<int:numero>/", versions.Version.as_view(), name="budget_version"),
    path("<int:pk>/budget/scenarios/", scenarios.Scenarios.as_view(), name="budget_scenarios"),
    path("<int:pk>/budget/scenarios/ajouter/", scenarios.AjouterScenario.as_view(), name="budget_scenario_ajouter"),
    path("<int:pk>/budget/scenarios/<int:scenario>/", scenarios.ModifierScenario.as_view(), name="budget_scenario"),
    path(
        "<int:pk>/budget/scenarios/<int:scenario>/retenir/",
        scenarios.RetenirScenario.as_view(),
        name="budget_scenario_retenir",
    ),
    path(
        "<int:pk>/budget/scenarios/<int:scenario>/retirer/",
        scenarios.RetirerScenario.as_view(),
        name="budget_scenario_retirer",
    ),
    path("<int:pk>/budget/conventions/ajouter/", conventions.AjouterConvention.as_view(), name="convention_ajouter"),
    path("<int:pk>/budget/conventions/<int:convention>/", conventions.ModifierConvention.as_view(), name="convention"),
    path(
        "<int:pk>/budget/conventions/<int:convention>/retirer/",
        conventions.RetirerConvention.as_view(),
        name="convention_retirer",
    ),
    path("<int:pk>/budget/<slug:sorte>/ajouter/", budget.AjouterLigne.as_view(), name="ligne_ajouter"),
    path("<int:pk>/budget/<slug:sorte>/<int:ligne>/", budget.ModifierLigne.as_view(), name="ligne"),
    path("<int:pk>/budget/<slug:sorte>/<int:ligne>/retirer/", budget.RetirerLigne.as_view(), name="ligne_retirer"),
]
