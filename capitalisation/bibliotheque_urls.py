"""Pages of the library, under ``/bibliotheque/``, room by room."""

from capitalisation.bibliotheque import urls as bibliotheque
from capitalisation.comite import urls as comite
from capitalisation.recherche import urls as recherche
from capitalisation.recits import urls as recits
from capitalisation.usages import urls as usages
from capitalisation.vitrine import urls as vitrine

app_name = "bibliotheque"
urlpatterns = [
    *vitrine.urlpatterns,
    *recherche.urlpatterns,
    *comite.urlpatterns,
    *usages.urlpatterns,
    *bibliotheque.urlpatterns,
    *recits.seuls,
]
