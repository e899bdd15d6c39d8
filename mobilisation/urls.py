"""Pages of the projet d'intervention under the address of an ingénierie, room by room."""

from mobilisation.groupes import urls as groupes
from mobilisation.prestataires import urls as prestataires
from mobilisation.projet import urls as projet
from mobilisation.reponses import urls as reponses
from mobilisation.scenarios import urls as scenarios

app_name = "mobilisation"
urlpatterns = [
    *projet.urlpatterns,
    *scenarios.urlpatterns,
    *groupes.urlpatterns,
    *reponses.urlpatterns,
    *prestataires.urlpatterns,
]
