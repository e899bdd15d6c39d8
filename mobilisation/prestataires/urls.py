"""Pages of the prestataires-partenaires."""

from django.urls import path

from mobilisation.prestataires import views

urlpatterns = [
    path("<int:pk>/partenaires/prestataires/", views.Demandes.as_view(), name="demandes"),
    path(
        "<int:pk>/partenaires/prestataires/<int:partenaire>/solliciter/",
        views.DemandeNouvelle.as_view(),
        name="demande_nouvelle",
    ),
    path("<int:pk>/partenaires/prestataires/demandes/<int:demande>/", views.Demande.as_view(), name="demande"),
    path(
        "<int:pk>/partenaires/prestataires/demandes/<int:demande>/retirer/",
        views.DemandeRetirer.as_view(),
        name="demande_retirer",
    ),
    path("avis-prestataires/<int:demande>/", views.Avis.as_view(), name="avis_prestataire"),
]
