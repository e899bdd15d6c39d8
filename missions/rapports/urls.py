"""Addresses of the final report of a mission, for the team."""

from django.urls import path

from missions.rapports.views import pages, parties

_SALLE = "<int:pk>/missions/<int:convention>/rapport/"

urlpatterns = [
    path(_SALLE, pages.Detail.as_view(), name="rapport"),
    path(f"{_SALLE}commencer/", pages.Commencer.as_view(), name="rapport_commencer"),
    path(f"{_SALLE}action/", pages.Action.as_view(), name="rapport_action"),
    path(f"{_SALLE}docx/", pages.Docx.as_view(), name="rapport_docx"),
    path(f"{_SALLE}apercu/", pages.Apercu.as_view(), name="rapport_apercu"),
    path(f"{_SALLE}pdf/", pages.Pdf.as_view(), name="rapport_pdf"),
    path(f"{_SALLE}etapes/<int:etape>/", parties.Etape.as_view(), name="rapport_etape"),
    path(f"{_SALLE}resultats/<int:resultat>/", parties.Resultat.as_view(), name="rapport_resultat"),
    path(f"{_SALLE}preconisations/ajouter/", parties.Preconiser.as_view(), name="preconisation_ajouter"),
    path(
        f"{_SALLE}preconisations/<int:preconisation>/",
        parties.ModifierPreconisation.as_view(),
        name="preconisation",
    ),
    path(
        f"{_SALLE}preconisations/<int:preconisation>/retirer/",
        parties.RetirerPreconisation.as_view(),
        name="preconisation_retirer",
    ),
    path(
        f"{_SALLE}preconisations/<int:preconisation>/reprendre/",
        parties.Reprendre.as_view(),
        name="preconisation_reprendre",
    ),
    path(f"{_SALLE}<slug:section>/", parties.Section.as_view(), name="rapport_section"),
]
