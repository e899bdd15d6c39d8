"""Addresses of the productions of a mission, for the team."""

from django.urls import path

from missions.productions.views import pages, structures

_SALLE = "<int:pk>/missions/<int:convention>/productions/"

urlpatterns = [
    path(_SALLE, pages.Liste.as_view(), name="productions"),
    path(f"{_SALLE}remettre/", pages.Ajouter.as_view(), name="production_ajouter"),
    path(f"{_SALLE}liens/", structures.Liens.as_view(), name="productions_liens"),
    path(f"{_SALLE}informer/", structures.Informer.as_view(), name="note_partenaires"),
    path(f"{_SALLE}notes/<int:note>/renvoyer/", structures.Renvoyer.as_view(), name="note_renvoyer"),
    path(f"{_SALLE}structures/<int:structure>/", structures.Structure.as_view(), name="productions_structure"),
    path(f"{_SALLE}<int:production>/", pages.Modifier.as_view(), name="production"),
    path(f"{_SALLE}<int:production>/retirer/", pages.Retirer.as_view(), name="production_retirer"),
]
