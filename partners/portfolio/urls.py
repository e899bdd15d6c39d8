"""Pages of the portfolio: the prestataire's own space, the C2RA's queue, a fiche as one reads it."""

from django.urls import path

from partners.portfolio.donnees import views as donnees
from partners.portfolio.espace.views import equipe, espace
from partners.portfolio.fiche.views import blocs, rubriques
from partners.portfolio.invitations import views as invitations
from partners.portfolio.publication.views import fiches, publications
from partners.portfolio.relecture import views as relecture
from partners.portfolio.reprise import views as reprise
from partners.portfolio.vitrine.views import ouverture

app_name = "portfolio"
urlpatterns = [
    # A fiche
    path("prestataires/<int:pk>/", fiches.prestataire, name="prestataire"),
    path("fiches/<int:pk>/", fiches.fiche, name="fiche"),
    path("fiches/<int:pk>/documents/<int:piece_pk>/", fiches.piece, name="piece"),
    # Entering
    path("invitations/", invitations.Invitations.as_view(), name="invitations"),
    path("reprises/", reprise.reprises, name="reprises"),
    path("reprises/inviter/", reprise.reprises_inviter, name="reprises_inviter"),
    path("reprises/<int:pk>/", reprise.ReprisePage.as_view(), name="reprise"),
    path("demande/", invitations.demande, name="demande"),
    # The prestataire's own space
    path("espace/", espace.espace, name="espace"),
    path("espace/nouveau/", espace.Nouveau.as_view(), name="nouveau"),
    path("espace/<int:pk>/", espace.Espace.as_view(), name="espace_prestataire"),
    path("espace/<int:pk>/action/", espace.ActionFiche.as_view(), name="action"),
    path("espace/<int:pk>/remarques/<int:remarque_pk>/", espace.RemarqueTraiter.as_view(), name="remarque_traiter"),
    path("espace/<int:pk>/public/", ouverture.Public.as_view(), name="public"),
    path("espace/<int:pk>/equipe/", equipe.Equipe.as_view(), name="equipe"),
    path("espace/<int:pk>/equipe/<int:membre_pk>/", equipe.MembreAction.as_view(), name="membre"),
    path("espace/<int:pk>/donnees/", donnees.Donnees.as_view(), name="donnees"),
    path("espace/<int:pk>/donnees/<int:document_pk>/", donnees.DonneesFichier.as_view(), name="donnees_fichier"),
    path(
        "espace/<int:pk>/intervenants/<int:bloc_pk>/donnees/",
        donnees.IntervenantDonnees.as_view(),
        name="intervenant_donnees",
    ),
    path(
        "espace/<int:pk>/intervenants/<int:bloc_pk>/effacer/",
        donnees.IntervenantEffacer.as_view(),
        name="intervenant_effacer",
    ),
    path("espace/<int:pk>/effacer/", donnees.Effacer.as_view(), name="effacer"),
    path("espace/<int:pk>/rubriques/<slug:code>/", rubriques.Rubrique.as_view(), name="rubrique"),
    path("espace/<int:pk>/rubriques/<slug:code>/verifier/", reprise.Verifier.as_view(), name="verifier"),
    path("espace/<int:pk>/rubriques/<slug:code>/<slug:champ>/", rubriques.Champ.as_view(), name="champ"),
    path("espace/<int:pk>/references/nouvelle/", blocs.ReferenceNouvelle.as_view(), name="reference_nouvelle"),
    path("espace/<int:pk>/references/<int:bloc_pk>/", blocs.ReferenceEdit.as_view(), name="reference"),
    path(
        "espace/<int:pk>/references/<int:bloc_pk>/dupliquer/",
        blocs.ReferenceDupliquer.as_view(),
        name="reference_dupliquer",
    ),
    path(
        "espace/<int:pk>/references/<int:bloc_pk>/retirer/", blocs.ReferenceRetirer.as_view(), name="reference_retirer"
    ),
    path("espace/<int:pk>/intervenants/nouveau/", blocs.IntervenantNouveau.as_view(), name="intervenant_nouveau"),
    path("espace/<int:pk>/intervenants/<int:bloc_pk>/", blocs.IntervenantEdit.as_view(), name="intervenant"),
    path(
        "espace/<int:pk>/intervenants/<int:bloc_pk>/retirer/",
        blocs.IntervenantRetirer.as_view(),
        name="intervenant_retirer",
    ),
    path("espace/<int:pk>/intervenants/<int:bloc_pk>/cv/", blocs.PieceAjouter.as_view(), name="cv_ajouter"),
    path("espace/<int:pk>/documents/<slug:nature>/ajouter/", blocs.PieceAjouter.as_view(), name="piece_ajouter"),
    path("espace/<int:pk>/documents/<int:piece_pk>/retirer/", blocs.PieceRetirer.as_view(), name="piece_retirer"),
    # The C2RA
    path("a-relire/", relecture.file, name="file"),
    path("a-relire/<int:pk>/", relecture.Relire.as_view(), name="relire"),
    path("a-relire/<int:pk>/decision/", relecture.Decider.as_view(), name="decider"),
    path("a-relire/<int:pk>/remarques/<int:remarque_pk>/retirer/", relecture.remarque_retirer, name="remarque_retirer"),
    path("a-relire/ouverture/", ouverture.ouverture, name="ouverture"),
    path("publications/", publications.publications, name="publications"),
    path("publications/<int:pk>/", publications.PublicationPage.as_view(), name="publication"),
]
