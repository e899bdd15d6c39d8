"""Pages of the capitalisation under the address of the ingénieries, room by room."""

from capitalisation.bibliotheque import salle_urls as bibliotheque
from capitalisation.consentements import urls as consentements
from capitalisation.recits import urls as recits
from capitalisation.transfert import urls as transfert
from capitalisation.usages import urls as usages

app_name = "capitalisation"
urlpatterns = [
    *transfert.urlpatterns,
    *consentements.urlpatterns,
    *recits.urlpatterns,
    *bibliotheque.urlpatterns,
    *usages.dossier,
]
