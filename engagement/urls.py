"""Pages of « Engager »."""

from django.urls import path

from engagement.views import budget, budget_suite, fiche, objectifs, partenaires, reponses, validation

app_name = "engagement"
urlpatterns = [
    path("<int:pk>/partenaires/", partenaires.Reseau.as_view(), name="partenaires"),
    path("<int:pk>/partenaires/ajouter/", partenaires.Ajouter.as_view(), name="partenaire_ajouter"),
    path("<int:pk>/partenaires/nouveau/", partenaires.Nouveau.as_view(), name="partenaire_nouveau"),
    path("<int:pk>/partenaires/<int:partenaire>/", partenaires.Modifier.as_view(), name="partenaire"),
    path("<int:pk>/partenaires/<int:partenaire>/retirer/", partenaires.Retirer.as_view(), name="partenaire_retirer"),
    path(
        "<int:pk>/partenaires/<int:partenaire>/reponses/<int:reponse>/",
        reponses.Reponse.as_view(),
        name="reponse",
    ),
    path("<int:pk>/objectifs/", objectifs.Objectifs.as_view(), name="objectifs"),
    path("<int:pk>/objectifs/modifier/", objectifs.Modifier.as_view(), name="objectifs_modifier"),
    path("<int:pk>/resultats/ajouter/", objectifs.AjouterResultat.as_view(), name="resultat_ajouter"),
    path("<int:pk>/resultats/fixer/", objectifs.FixerResultats.as_view(), name="resultats_fixer"),
    path("<int:pk>/resultats/rouvrir/", objectifs.RouvrirResultats.as_view(), name="resultats_rouvrir"),
    path("<int:pk>/resultats/<int:resultat>/", objectifs.ModifierResultat.as_view(), name="resultat"),
    path("<int:pk>/resultats/<int:resultat>/retirer/", objectifs.RetirerResultat.as_view(), name="resultat_retirer"),
    path("<int:pk>/validation/", validation.Validation.as_view(), name="validation"),
    path("<int:pk>/validation/porteur/", validation.Porteur.as_view(), name="porteur"),
    path("<int:pk>/validation/comite/<int:organisation>/", validation.Avis.as_view(), name="avis"),
    path("<int:pk>/fiche/", fiche.FichePresentation.as_view(), name="fiche_presentation"),
    path("<int:pk>/fiche/docx/", fiche.FicheDocx.as_view(), name="fiche_docx"),
    path("<int:pk>/fiche/action/", fiche.Action.as_view(), name="action"),
    path("<int:pk>/budget/", budget.Page.as_view(), name="budget"),
    path("<int:pk>/budget/cadre/", budget.Cadre.as_view(), name="budget_cadre"),
    path("<int:pk>/budget/confirmer/", budget.Confirmer.as_view(), name="budget_confirmer"),
    path("<int:pk>/budget/revenir/", budget.Revenir.as_view(), name="budget_revenir"),
    path("<int:pk>/budget/classeur/", budget_suite.Classeur.as_view(), name="budget_classeur"),
    path("<int:pk>/budget/avis/<int:numero>/", budget_suite.Version.as_view(), name="budget_version"),
    path("<int:pk>/budget/scenarios/", budget_suite.Scenarios.as_view(), name="budget_scenarios"),
    path("<int:pk>/budget/scenarios/ajouter/", budget_suite.AjouterScenario.as_view(), name="budget_scenario_ajouter"),
    path("<int:pk>/budget/scenarios/<int:scenario>/", budget_suite.ModifierScenario.as_view(), name="budget_scenario"),
    path(
        "<int:pk>/budget/scenarios/<int:scenario>/retenir/",
        budget_suite.RetenirScenario.as_view(),
        name="budget_scenario_retenir",
    ),
    path(
        "<int:pk>/budget/scenarios/<int:scenario>/retirer/",
        budget_suite.RetirerScenario.as_view(),
        name="budget_scenario_retirer",
    ),
    path("<int:pk>/budget/conventions/ajouter/", budget_suite.AjouterConvention.as_view(), name="convention_ajouter"),
    path("<int:pk>/budget/conventions/<int:convention>/", budget_suite.ModifierConvention.as_view(), name="convention"),
    path(
        "<int:pk>/budget/conventions/<int:convention>/retirer/",
        budget_suite.RetirerConvention.as_view(),
        name="convention_retirer",
    ),
    path("<int:pk>/budget/<slug:sorte>/ajouter/", budget.AjouterLigne.as_view(), name="ligne_ajouter"),
    path("<int:pk>/budget/<slug:sorte>/<int:ligne>/", budget.ModifierLigne.as_view(), name="ligne"),
    path("<int:pk>/budget/<slug:sorte>/<int:ligne>/retirer/", budget.RetirerLigne.as_view(), name="ligne_retirer"),
]
