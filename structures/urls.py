from django.urls import path

from accounts.annuaires.views import Inscrire, sheet_urls
from structures.accompagnement import FicheStructure
from structures.annuaire.annuaire import STRUCTURES
from structures.annuaire.forms import ContactEditForm, ContactForm, StructureEditForm, StructureForm
from structures.annuaire.views import Liste
from structures.diagnostics.urls import urlpatterns as diagnostics
from structures.plans.urls import urlpatterns as plans

app_name = "structures"
urlpatterns = [
    path("", Liste.as_view(), name="liste"),
    path("nouvelle/", Inscrire.as_view(annuaire=STRUCTURES, form_class=StructureForm), name="nouvelle"),
    path("<int:pk>/", FicheStructure.as_view(), name="detail"),
    *sheet_urls(STRUCTURES, StructureEditForm, ContactForm, ContactEditForm),
    *diagnostics,
    *plans,
]
