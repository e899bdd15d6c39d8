"""Pages of the groups of structures."""

from django.urls import path

from mobilisation.groupes import views

urlpatterns = [
    path("<int:pk>/projet-intervention/groupes/", views.Groupes.as_view(), name="groupes"),
    path("<int:pk>/projet-intervention/groupes/nouveau/", views.GroupeNouveau.as_view(), name="groupe_nouveau"),
    path("<int:pk>/projet-intervention/groupes/deplacer/", views.GroupeDeplacer.as_view(), name="groupe_deplacer"),
    path("<int:pk>/projet-intervention/groupes/<int:groupe>/", views.GroupeEdit.as_view(), name="groupe"),
    path(
        "<int:pk>/projet-intervention/groupes/<int:groupe>/defaire/",
        views.GroupeDefaire.as_view(),
        name="groupe_defaire",
    ),
]
