"""Pages of « Engager »."""

from django.urls import path

from engagement.views import budget, decisions, objectifs, partenaires, participants, reunions, validation

app_name = "engagement"
urlpatterns = [
    path("<int:pk>/partenaires/", partenaires.Reseau.as_view(), name="partenaires"),
    path("<int:pk>/partenaires/ajouter/", partenaires.Ajouter.as_view(), name="partenaire_ajouter"),
    path("<int:pk>/partenaires/nouveau/", partenaires.Nouveau.as_view(), name="partenaire_nouveau"),
    path("<int:pk>/partenaires/<int:partenaire>/", partenaires.Modifier.as_view(), name="partenaire"),
    path("<int:pk>/partenaires/<int:partenaire>/retirer/", partenaires.Retirer.as_view(), name="partenaire_retirer"),
    path("<int:pk>/reunions/", reunions.Liste.as_view(), name="reunions"),
    path("<int:pk>/reunions/nouvelle/", reunions.Nouvelle.as_view(), name="reunion_nouvelle"),
    path("<int:pk>/reunions/<int:reunion>/", reunions.Detail.as_view(), name="reunion"),
    path("<int:pk>/reunions/<int:reunion>/modifier/", reunions.Modifier.as_view(), name="reunion_modifier"),
    path("<int:pk>/reunions/<int:reunion>/etat/", reunions.Cycle.as_view(), name="reunion_etat"),
    path("<int:pk>/reunions/<int:reunion>/renvoyer/", reunions.Renvoyer.as_view(), name="reunion_renvoyer"),
    path("<int:pk>/reunions/<int:reunion>/compte-rendu/", reunions.CompteRendu.as_view(), name="compte_rendu"),
    path("<int:pk>/reunions/<int:reunion>/presences/", participants.Presences.as_view(), name="presences"),
    path(
        "<int:pk>/reunions/<int:reunion>/participants/",
        participants.Participants.as_view(),
        name="reunion_participants",
    ),
    path(
        "<int:pk>/reunions/<int:reunion>/participants/<int:participant>/",
        participants.Modifier.as_view(),
        name="participant",
    ),
    path(
        "<int:pk>/reunions/<int:reunion>/participants/<int:participant>/retirer/",
        participants.Retirer.as_view(),
        name="participant_retirer",
    ),
    path(
        "<int:pk>/reunions/<int:reunion>/decisions/ajouter/",
        decisions.AjouterDecision.as_view(),
        name="decision_ajouter",
    ),
    path(
        "<int:pk>/reunions/<int:reunion>/decisions/<int:decision>/",
        decisions.ModifierDecision.as_view(),
        name="decision",
    ),
    path(
        "<int:pk>/reunions/<int:reunion>/decisions/<int:decision>/faite/",
        decisions.DecisionFaite.as_view(),
        name="decision_faite",
    ),
    path(
        "<int:pk>/reunions/<int:reunion>/decisions/<int:decision>/retirer/",
        decisions.RetirerDecision.as_view(),
        name="decision_retirer",
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
    path("<int:pk>/budget/", budget.Page.as_view(), name="budget"),
    path("<int:pk>/budget/cadre/", budget.Cadre.as_view(), name="budget_cadre"),
    path("<int:pk>/budget/confirmer/", budget.Confirmer.as_view(), name="budget_confirmer"),
    path("<int:pk>/budget/revenir/", budget.Revenir.as_view(), name="budget_revenir"),
    path("<int:pk>/budget/<slug:sorte>/ajouter/", budget.AjouterLigne.as_view(), name="ligne_ajouter"),
    path("<int:pk>/budget/<slug:sorte>/<int:ligne>/", budget.ModifierLigne.as_view(), name="ligne"),
    path("<int:pk>/budget/<slug:sorte>/<int:ligne>/retirer/", budget.RetirerLigne.as_view(), name="ligne_retirer"),
]
