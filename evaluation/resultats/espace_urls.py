"""Address of the answer of a prestataire-partenaire, in its space."""

from django.urls import path

from evaluation.resultats.views import espace

urlpatterns = [
    path("partenaires/<int:repondant>/evaluation/", espace.PartenaireRepondre.as_view(), name="partenaire_repondre"),
]
