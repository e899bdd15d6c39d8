"""Pages of the evaluation under the address of the ingénieries, room by room."""

from evaluation.grilles import urls as grilles
from evaluation.questionnaires import urls as questionnaires
from evaluation.resultats import urls as resultats
from evaluation.synthese import urls as synthese

app_name = "evaluation"
urlpatterns = [*questionnaires.urlpatterns, *grilles.urlpatterns, *resultats.urlpatterns, *synthese.urlpatterns]
