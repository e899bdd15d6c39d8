"""Pages of the portfolio: the prestataire's own space, the C2RA's queue, a fiche as one reads it."""

from django.urls import path

from partners.portfolio import views

app_name = "portfolio"
urlpatterns = [
    # A fiche
    path("prestataires/<int:pk>/", views.prestataire, name="prestataire"),
    path("fiches/<int:pk>/", views.fiche, name="fiche"),
    path("fiches/<int:pk>/documents/<int:piece_pk>/", views.piece, name="piece"),
    # Entering
    path("invitations/", views.invitations, name="invitations"),
    path("invitations/<int:pk>/", views.invitation_action, name="invitation_action"),
    path("reprises/", views.reprises, name="reprises"),
    path("reprises/inviter/", views.reprises_inviter, name="reprises_inviter"),
    path("reprises/<int:pk>/", views.ReprisePage.as_view(), name="reprise"),
    path("rejoindre/<str:token>/", views.rejoindre, name="rejoindre"),
    path("demande/", views.demande, name="demande"),
    # The prestataire's own space
    path("espace/", views.espace, name="espace"),
    path("espace/nouveau/", views.Nouveau.as_view(), name="nouveau"),
    path("espace/<int:pk>/", views.Espace.as_view(), name="espace_prestataire"),
    path("espace/<int:pk>/action/", views.ActionFiche.as_view(), name="action"),
    path("espace/<int:pk>/public/", views.Public.as_view(), name="public"),
    path("espace/<int:pk>/equipe/", views.Equipe.as_view(), name="equipe"),
    path("espace/<int:pk>/equipe/<int:membre_pk>/", views.MembreAction.as_view(), name="membre"),
    path("espace/<int:pk>/donnees/", views.Donnees.as_view(), name="donnees"),
    path("espace/<int:pk>/donnees/<int:document_pk>/", views.DonneesFichier.as_view(), name="donnees_fichier"),
    path(
        "espace/<int:pk>/intervenants/<int:bloc_pk>/donnees/",
        views.IntervenantDonnees.as_view(),
        name="intervenant_donnees",
    ),
    path(
        "espace/<int:pk>/intervenants/<int:bloc_pk>/effacer/",
        views.IntervenantEffacer.as_view(),
        name="intervenant_effacer",
    ),
    path("espace/<int:pk>/effacer/", views.Effacer.as_view(), name="effacer"),
    path("espace/<int:pk>/rubriques/<slug:code>/", views.Rubrique.as_view(), name="rubrique"),
    path("espace/<int:pk>/rubriques/<slug:code>/verifier/", views.Verifier.as_view(), name="verifier"),
    path("espace/<int:pk>/rubriques/<slug:code>/<slug:champ>/", views.Champ.as_view(), name="champ"),
    path("espace/<int:pk>/references/nouvelle/", views.ReferenceNouvelle.as_view(), name="reference_nouvelle"),
    path("espace/<int:pk>/references/<int:bloc_pk>/", views.ReferenceEdit.as_view(), name="reference"),
    path(
        "espace/<int:pk>/references/<int:bloc_pk>/dupliquer/",
        views.ReferenceDupliquer.as_view(),
        name="reference_dupliquer",
    ),
    path(
        "espace/<int:pk>/references/<int:bloc_pk>/retirer/", views.ReferenceRetirer.as_view(), name="reference_retirer"
    ),
    path("espace/<int:pk>/intervenants/nouveau/", views.IntervenantNouveau.as_view(), name="intervenant_nouveau"),
    path("espace/<int:pk>/intervenants/<int:bloc_pk>/", views.IntervenantEdit.as_view(), name="intervenant"),
    path(
        "espace/<int:pk>/intervenants/<int:bloc_pk>/retirer/",
        views.IntervenantRetirer.as_view(),
        name="intervenant_retirer",
    ),
    path("espace/<int:pk>/intervenants/<int:bloc_pk>/cv/", views.PieceAjouter.as_view(), name="cv_ajouter"),
    path("espace/<int:pk>/documents/<slug:nature>/ajouter/", views.PieceAjouter.as_view(), name="piece_ajouter"),
    path("espace/<int:pk>/documents/<int:piece_pk>/retirer/", views.PieceRetirer.as_view(), name="piece_retirer"),
    # The C2RA
    path("a-relire/", views.file, name="file"),
    path("a-relire/<int:pk>/", views.Relire.as_view(), name="relire"),
    path("a-relire/<int:pk>/decision/", views.Decider.as_view(), name="decider"),
    path("a-relire/<int:pk>/remarques/<int:remarque_pk>/retirer/", views.remarque_retirer, name="remarque_retirer"),
    path("a-relire/ouverture/", views.ouverture, name="ouverture"),
    path("publications/", views.publications, name="publications"),
    path("publications/<int:pk>/", views.PublicationPage.as_view(), name="publication"),
]
