"""Pages of the propositions for the team, under the ingénierie."""

from django.urls import path

from consultations.propositions.views import equipe

urlpatterns = [
    path("<int:pk>/prestataire/appel/<int:appel_pk>/ouverture/", equipe.OuverturePage.as_view(), name="ouverture"),
    path(
        "<int:pk>/prestataire/appel/<int:appel_pk>/propositions/<int:proposition_pk>/",
        equipe.PropositionPage.as_view(),
        name="proposition",
    ),
]
