"""Pages of the sessions of the comité d'appui."""

from django.urls import path

from engagement.comite.views import membres, points, seances

app_name = "comite"
urlpatterns = [
    path("", seances.liste, name="liste"),
    path("nouvelle/", seances.Nouvelle.as_view(), name="nouvelle"),
    path("<int:pk>/", seances.Seance.as_view(), name="seance"),
    path("<int:pk>/modifier/", seances.Modifier.as_view(), name="modifier"),
    path("<int:pk>/synthese/", seances.Synthese.as_view(), name="synthese"),
    path("<int:pk>/action/", seances.Cycle.as_view(), name="action"),
    path("<int:pk>/reconvoquer/", seances.Reconvoquer.as_view(), name="reconvoquer"),
    path("<int:pk>/journal/", seances.Journal.as_view(), name="journal"),
    path("<int:pk>/membres/ajouter/", membres.Ajouter.as_view(), name="membre_ajouter"),
    path("<int:pk>/membres/<int:membre>/", membres.Modifier.as_view(), name="membre"),
    path("<int:pk>/membres/<int:membre>/retirer/", membres.Retirer.as_view(), name="membre_retirer"),
    path("<int:pk>/membres/<int:membre>/convoquer/", membres.Convoquer.as_view(), name="membre_convoquer"),
    path("<int:pk>/ordre-du-jour/ajouter/", points.Ajouter.as_view(), name="point_ajouter"),
    path("<int:pk>/ordre-du-jour/<int:point>/retirer/", points.Retirer.as_view(), name="point_retirer"),
    path("<int:pk>/ordre-du-jour/<int:point>/deplacer/", points.Deplacer.as_view(), name="point_deplacer"),
    path("<int:pk>/ordre-du-jour/<int:point>/avis/", points.AvisPoint.as_view(), name="avis"),
    path(
        "<int:pk>/ordre-du-jour/<int:point>/membres/<int:membre>/",
        points.AvisMembreEdit.as_view(),
        name="avis_membre",
    ),
]
