from django.urls import path

from accounts.annuaires.views import Inscrire, sheet_urls
from partners.directory.annuaire import PARTENAIRES
from partners.directory.forms import ContactEditForm, ContactForm, PartenaireEditForm, PartenaireForm
from partners.directory.views import FichePartenaire, Liste

app_name = "directory"
urlpatterns = [
    path("", Liste.as_view(), name="liste"),
    path("nouveau/", Inscrire.as_view(annuaire=PARTENAIRES, form_class=PartenaireForm), name="nouveau"),
    path("<int:pk>/", FichePartenaire.as_view(), name="detail"),
    *sheet_urls(PARTENAIRES, PartenaireEditForm, ContactForm, ContactEditForm),
]
