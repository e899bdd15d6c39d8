"""Pages of people and organisations."""

from django.urls import path

from accounts.views import grants, members, organisations, papiers, passations, personal, profile, takeover

app_name = "accounts"
urlpatterns = [
    path("", profile.Profil.as_view(), name="profil"),
    path("donnees/", personal.donnees, name="donnees"),
    path("donnees/<int:pk>/", personal.donnees_fichier, name="donnees_fichier"),
    path("organisations/", organisations.organisations, name="organisations"),
    path("organisations/<int:pk>/", organisations.organisation, name="organisation"),
    path("organisations/<int:pk>/choisir/", organisations.switch, name="switch"),
    path("organisations/<int:pk>/modifier/", organisations.OrganisationUpdate.as_view(), name="organisation_update"),
    path("organisations/<int:pk>/journal/", organisations.history, name="organisation_journal"),
    path("organisations/<int:pk>/papiers/", papiers.papiers, name="papiers"),
    path("organisations/<int:pk>/papiers/logo/", papiers.LogoCreate.as_view(), name="logo_ajouter"),
    path("organisations/<int:pk>/papiers/<int:logo_pk>/retirer/", papiers.logo_retirer, name="logo_retirer"),
    path("organisations/<int:pk>/reprise/", takeover.Reprise.as_view(), name="organisation_reprise"),
    path("organisations/<int:pk>/inviter/", members.Invite.as_view(), name="invite"),
    path("organisations/<int:pk>/membres/<int:membership_pk>/role/", members.role, name="member_role"),
    path("organisations/<int:pk>/membres/<int:membership_pk>/confier/", members.handover, name="member_handover"),
    path("passations/<int:pk>/", passations.passation, name="passation"),
    path("liens/<int:pk>/renvoyer/", grants.resend, name="lien_renvoyer"),
    path("liens/<int:pk>/remplacer/", grants.renew, name="lien_remplacer"),
    path("liens/<int:pk>/revoquer/", grants.revoke, name="lien_revoquer"),
    path("liens/<slug:code>/<int:object_id>/", grants.Send.as_view(), name="lien_envoyer"),
]
