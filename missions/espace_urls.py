"""Pages of the missions for the prestataire, under ``/missions/``, room by room."""

from missions.mission import espace_urls as mission
from missions.modifications import espace_urls as modifications
from missions.seances import espace_urls as seances
from missions.suivi import espace_urls as suivi

app_name = "mission"
urlpatterns = [*mission.urlpatterns, *suivi.urlpatterns, *modifications.urlpatterns, *seances.urlpatterns]
