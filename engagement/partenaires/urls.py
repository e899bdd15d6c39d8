"""Pages of the partners."""

from django.urls import path

from engagement.partenaires import views
from engagement.partenaires.associer import Associer

urlpatterns = [
    path("prestataires-partenaires/", Associer.as_view(), name="prestataires_associer"),
    path("<int:pk>/partenaires/", views.Reseau.as_view(), name="partenaires"),
    path("<int:pk>/partenaires/ajouter/", views.Ajouter.as_view(), name="partenaire_ajouter"),
    path("<int:pk>/partenaires/nouveau/", views.Nouveau.as_view(), name="partenaire_nouveau"),
    path("<int:pk>/partenaires/<int:partenaire>/", views.Modifier.as_view(), name="partenaire"),
    path("<int:pk>/partenaires/<int:partenaire>/retirer/", views.Retirer.as_view(), name="partenaire_retirer"),
    path(
        "<int:pk>/partenaires/<int:partenaire>/reponses/<int:reponse>/",
        views.Reponse.as_view(),
        name="reponse",
    ),
]
