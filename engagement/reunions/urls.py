"""Pages of the meetings."""

from django.urls import path

from engagement.reunions.views import decisions, participants, reunions

urlpatterns = [
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
        "<int:pk>/reunions/<int:reunion>/participants/<int:participant>/renvoyer/",
        reunions.Renvoyer.as_view(),
        name="participant_renvoyer",
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
]
