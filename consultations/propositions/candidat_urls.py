"""Pages of a proposition for its author: under its consultation."""

from django.urls import path

from consultations.propositions.views import depot, ecriture

app_name = "propositions"
_BASE = "<int:pk>/proposition/"
urlpatterns = [
    path(_BASE, depot.Accueil.as_view(), name="accueil"),
    path(f"{_BASE}relire/", depot.Relire.as_view(), name="relire"),
    path(f"{_BASE}deposer/", depot.Deposer.as_view(), name="deposer"),
    path(f"{_BASE}retirer/", depot.Retirer.as_view(), name="retirer"),
    path(f"{_BASE}depots/<int:depot_pk>/", depot.DepotDetail.as_view(), name="depot"),
    path(f"{_BASE}fichiers/ajouter/", ecriture.PieceAjouter.as_view(), name="piece_ajouter"),
    path(f"{_BASE}fichiers/<int:piece_pk>/", ecriture.Piece.as_view(), name="piece"),
    path(f"{_BASE}fichiers/<int:piece_pk>/retirer/", ecriture.PieceRetirer.as_view(), name="piece_retirer"),
    path(f"{_BASE}reprendre/", ecriture.Reprendre.as_view(), name="reprendre"),
    path(f"{_BASE}lignes/<slug:liste>/ajouter/", ecriture.Ajouter.as_view(), name="ajouter"),
    path(f"{_BASE}lignes/<slug:liste>/<slug:cle>/", ecriture.Ligne.as_view(), name="ligne"),
    path(f"{_BASE}lignes/<slug:liste>/<slug:cle>/bouger/", ecriture.Bouger.as_view(), name="bouger"),
    path(f"{_BASE}lignes/<slug:liste>/<slug:cle>/<slug:champ>/", ecriture.Champ.as_view(), name="ligne_champ"),
    path(f"{_BASE}sections/<slug:code>/", ecriture.Section.as_view(), name="section"),
    path(f"{_BASE}sections/<slug:code>/<slug:champ>/", ecriture.Champ.as_view(), name="champ"),
]
