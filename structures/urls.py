from django.urls import path

from structures import merging_views, views
from structures.diagnostics.urls import urlpatterns as diagnostics
from structures.plans.urls import urlpatterns as plans

app_name = "structures"
urlpatterns = [
    path("", views.liste, name="liste"),
    path("nouvelle/", views.nouvelle, name="nouvelle"),
    path("<int:pk>/", views.detail, name="detail"),
    path("<int:pk>/modifier/", views.Modifier.as_view(), name="modifier"),
    path("<int:pk>/retirer/", views.Retirer.as_view(), name="retirer"),
    path("<int:pk>/reprendre/", views.reprendre, name="reprendre"),
    path("<int:pk>/journal/", views.journal_page, name="journal"),
    path("doublons/", merging_views.doublons, name="doublons"),
    path("doublons/distinctes/", merging_views.distinctes, name="distinctes"),
    path("<int:pk>/reunir/", merging_views.choisir, name="reunir_choisir"),
    path("<int:pk>/reunir/<int:autre>/", merging_views.Reunir.as_view(), name="reunir"),
    *diagnostics,
    *plans,
]
