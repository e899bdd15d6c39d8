"""Pages of the missions under the address of the ingénieries, room by room."""

from missions.conventions import urls as conventions
from missions.mission import urls as mission
from missions.seances import urls as seances

app_name = "missions"
urlpatterns = [*conventions.urlpatterns, *mission.urlpatterns, *seances.urlpatterns]
