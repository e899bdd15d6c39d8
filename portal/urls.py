from django.urls import path

from portal import echeancier_views as echeancier
from portal import installation, views

app_name = "portal"
urlpatterns = [
    path("", views.accueil, name="accueil"),
    path("installation/", installation.installation, name="installation"),
    path("installation/ouvrir/", installation.Ouvrir.as_view(), name="ouvrir"),
    path("echeancier/", echeancier.echeancier, name="echeancier"),
    path("echeancier/agenda/", echeancier.agenda, name="agenda"),
    path("echeancier/agenda/<slug:action>/", echeancier.agenda_action, name="agenda_action"),
    path("ingenieries/<int:pk>/echeancier/", echeancier.Echeancier.as_view(), name="echeancier_ingenierie"),
]
