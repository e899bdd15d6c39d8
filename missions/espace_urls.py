"""Pages of the missions for the prestataire, under ``/missions/``, room by room."""

from missions.mission import espace_urls as mission
from missions.seances import espace_urls as seances

app_name = "mission"
urlpatterns = [*mission.urlpatterns, *seances.urlpatterns]
