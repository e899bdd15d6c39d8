"""Pages of the answers of structures."""

from django.urls import path

from mobilisation.reponses import views

urlpatterns = [
    path("<int:pk>/structures/reponses/", views.Reponses.as_view(), name="reponses"),
    path("<int:pk>/structures/<int:ciblee>/reponse/", views.ReponseSaisie.as_view(), name="reponse"),
    path(
        "<int:pk>/structures/<int:ciblee>/remarques/<int:commentaire>/",
        views.Commentaire.as_view(),
        name="commentaire",
    ),
]
