"""Pages of the evaluation for the prestataire, under ``/missions/``, room by room."""

from evaluation.questionnaires import espace_urls as questionnaires

app_name = "mission_evaluee"
urlpatterns = [*questionnaires.urlpatterns]
