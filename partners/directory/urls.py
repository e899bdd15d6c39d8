from django.urls import path

from core.views.merging import merging_urls
from partners.directory import contact_views as contacts
from partners.directory import views
from partners.directory.merging import PARTENAIRES

app_name = "directory"
urlpatterns = [
    path("", views.liste, name="liste"),
    path("nouveau/", views.nouveau, name="nouveau"),
    path("<int:pk>/", views.detail, name="detail"),
    path("<int:pk>/modifier/", views.Modifier.as_view(), name="modifier"),
    path("<int:pk>/retirer/", views.Retirer.as_view(), name="retirer"),
    path("<int:pk>/reprendre/", views.reprendre, name="reprendre"),
    path("<int:pk>/contacts/ajouter/", contacts.ajouter, name="contact_ajouter"),
    path("<int:pk>/contacts/<int:contact>/", contacts.Modifier.as_view(), name="contact"),
    path("<int:pk>/contacts/<int:contact>/retirer/", contacts.retirer, name="contact_retirer"),
    path("<int:pk>/contacts/<int:contact>/principal/", contacts.principal, name="contact_principal"),
    path("<int:pk>/journal/", views.journal_page, name="journal"),
    *merging_urls(PARTENAIRES),
]
