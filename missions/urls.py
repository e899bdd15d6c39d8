"""Pages of the missions under the address of the ingénieries, room by room."""

from missions.conventions import urls as conventions

app_name = "missions"
urlpatterns = [*conventions.urlpatterns]
