"""Pages of the needs: the radar, and pooling between DLA."""

from django.urls import path

from projects.besoins.views import mutualisation, radar

app_name = "besoins"
urlpatterns = [
    path("", radar.matrice, name="radar"),
    path("structures/", radar.structures, name="structures"),
    path("ouvrir/", radar.Ouvrir.as_view(), name="ouvrir"),
    path("mutualisations/", mutualisation.liste, name="mutualisations"),
    path("mutualisations/nouvelle/", mutualisation.Nouvelle.as_view(), name="mutualisation_nouvelle"),
    path("mutualisations/<int:pk>/", mutualisation.detail, name="mutualisation"),
    path("mutualisations/<int:pk>/repondre/", mutualisation.repondre, name="mutualisation_repondre"),
    path("mutualisations/<int:pk>/renvoyer/", mutualisation.renvoyer, name="mutualisation_renvoyer"),
    path("mutualisations/<int:pk>/ouvrir/", mutualisation.ouvrir, name="mutualisation_ouvrir"),
    path("mutualisations/<int:pk>/abandonner/", mutualisation.abandonner, name="mutualisation_abandonner"),
]
