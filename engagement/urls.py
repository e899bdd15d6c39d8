"""Pages of « Engager » under the address of an ingénierie, room by room."""

from engagement.budget import urls as budget
from engagement.objectifs import urls as objectifs
from engagement.partenaires import urls as partenaires
from engagement.presentation import urls as presentation
from engagement.reunions import urls as reunions
from engagement.validation import urls as validation

app_name = "engagement"
urlpatterns = [
    *partenaires.urlpatterns,
    *reunions.urlpatterns,
    *objectifs.urlpatterns,
    *validation.urlpatterns,
    *presentation.urlpatterns,
    *budget.urlpatterns,
]
