"""Pages of the evaluation for the prestataire, under ``/missions/``, room by room."""

from evaluation.grilles import espace_urls as grilles
from evaluation.questionnaires import espace_urls as questionnaires
from evaluation.resultats import espace_urls as resultats

app_name = "mission_evaluee"
urlpatterns = [*questionnaires.urlpatterns, *grilles.urlpatterns, *resultats.urlpatterns]
