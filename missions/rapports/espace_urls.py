"""Addresses of the final report of a mission, for the prestataire."""

from django.urls import path

from missions.rapports.views import pages, parties

_SALLE = "<int:convention>/rapport/"

urlpatterns = [
    path(_SALLE, pages.EspaceDetail.as_view(), name="rapport"),
    path(f"{_SALLE}commencer/", pages.EspaceCommencer.as_view(), name="rapport_commencer"),
    path(f"{_SALLE}action/", pages.EspaceAction.as_view(), name="rapport_action"),
    path(f"{_SALLE}docx/", pages.EspaceDocx.as_view(), name="rapport_docx"),
    path(f"{_SALLE}apercu/", pages.EspaceApercu.as_view(), name="rapport_apercu"),
    path(f"{_SALLE}pdf/", pages.EspacePdf.as_view(), name="rapport_pdf"),
    path(f"{_SALLE}etapes/<int:etape>/", parties.EspaceEtape.as_view(), name="rapport_etape"),
    path(f"{_SALLE}resultats/<int:resultat>/", parties.EspaceResultat.as_view(), name="rapport_resultat"),
    path(f"{_SALLE}preconisations/ajouter/", parties.EspacePreconiser.as_view(), name="preconisation_ajouter"),
    path(
        f"{_SALLE}preconisations/<int:preconisation>/",
        parties.EspaceModifierPreconisation.as_view(),
        name="preconisation",
    ),
    path(
        f"{_SALLE}preconisations/<int:preconisation>/retirer/",
        parties.EspaceRetirerPreconisation.as_view(),
        name="preconisation_retirer",
    ),
    path(f"{_SALLE}<slug:section>/", parties.EspaceSection.as_view(), name="rapport_section"),
]
