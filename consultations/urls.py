"""Pages of the consultations under the address of the ingénieries, room by room."""

from consultations.appel import urls as appel
from consultations.cahier import urls as cahier
from consultations.choix import urls as choix
from consultations.consultes import urls as consultes
from consultations.lecture import urls as lecture
from consultations.propositions import urls as propositions
from consultations.regles import urls as regles

app_name = "consultations"
urlpatterns = [
    *regles.urlpatterns,
    *cahier.urlpatterns,
    *consultes.urlpatterns,
    *appel.urlpatterns,
    *lecture.urlpatterns,
    *propositions.urlpatterns,
    *choix.urlpatterns,
]
