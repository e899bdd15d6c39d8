from django.urls import path

from core.views.contacts import contact_urls
from core.views.merging import merging_urls
from structures.annuaire import views
from structures.annuaire.contacts import CONTACTS
from structures.annuaire.forms import ContactEditForm, ContactForm
from structures.annuaire.merging import STRUCTURES
from structures.diagnostics.urls import urlpatterns as diagnostics
from structures.plans.urls import urlpatterns as plans

app_name = "structures"
urlpatterns = [
    path("", views.liste, name="liste"),
    path("nouvelle/", views.nouvelle, name="nouvelle"),
    path("<int:pk>/", views.detail, name="detail"),
    path("<int:pk>/modifier/", views.Modifier.as_view(), name="modifier"),
    path("<int:pk>/retirer/", views.Retirer.as_view(), name="retirer"),
    path("<int:pk>/reprendre/", views.reprendre, name="reprendre"),
    path("<int:pk>/journal/", views.journal_page, name="journal"),
    *contact_urls(CONTACTS, ContactForm, ContactEditForm),
    *merging_urls(STRUCTURES),
    *diagnostics,
    *plans,
]
