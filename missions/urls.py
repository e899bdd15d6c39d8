"""Pages of the missions under the address of the ingénieries, room by room."""

from missions.conventions import urls as conventions
from missions.mission import urls as mission
from missions.modifications import urls as modifications
from missions.seances import urls as seances
from missions.suivi import urls as suivi

app_name = "missions"
urlpatterns = [
    *conventions.urlpatterns,
    *mission.urlpatterns,
    *suivi.urlpatterns,
    *modifications.urlpatterns,
    *seances.urlpatterns,
]
