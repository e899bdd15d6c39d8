"""Pages of the evaluation under the address of the ingénieries, room by room."""

from evaluation.grilles import urls as grilles
from evaluation.questionnaires import urls as questionnaires

app_name = "evaluation"
urlpatterns = [*questionnaires.urlpatterns, *grilles.urlpatterns]
