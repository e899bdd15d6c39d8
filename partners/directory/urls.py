from django.urls import path

from core.views.contacts import contact_urls
from core.views.merging import merging_urls
from partners.directory import views
from partners.directory.contacts import CONTACTS
from partners.directory.forms import ContactEditForm, ContactForm
from partners.directory.merging import PARTENAIRES

app_name = "directory"
urlpatterns = [
    path("", views.liste, name="liste"),
    path("nouveau/", views.nouveau, name="nouveau"),
    path("<int:pk>/", views.detail, name="detail"),
    path("<int:pk>/modifier/", views.Modifier.as_view(), name="modifier"),
    path("<int:pk>/retirer/", views.Retirer.as_view(), name="retirer"),
    path("<int:pk>/reprendre/", views.reprendre, name="reprendre"),
    path("<int:pk>/journal/", views.journal_page, name="journal"),
    *contact_urls(CONTACTS, ContactForm, ContactEditForm),
    *merging_urls(PARTENAIRES),
]
