"""Pages of the evaluation for the prestataire, under ``/missions/``, room by room."""

from evaluation.grilles import espace_urls as grilles

app_name = "mission_evaluee"
urlpatterns = [*grilles.urlpatterns]
