"""Pages of the consultations under the address of the ingénieries, room by room."""

from consultations.cadre import urls as cadre
from consultations.cahier import urls as cahier
from consultations.choix import urls as choix
from consultations.consultes import urls as consultes

app_name = "consultations"
urlpatterns = [
    *cadre.urlpatterns,
    *cahier.urlpatterns,
    *consultes.urlpatterns,
    *choix.urlpatterns,
]
