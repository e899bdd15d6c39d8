"""Pages of the call: the team's, under « Mise en concurrence »."""

from django.urls import path

from consultations.appel.views import deroulement, equipe, invites

_APPEL = "<int:pk>/prestataire/appel/<int:appel_pk>/"
_INVITATION = f"{_APPEL}invitation/<int:invitation_pk>/"

urlpatterns = [
    path("prestataire/inviter/", invites.Inviter.as_view(), name="inviter"),
    path("<int:pk>/prestataire/appel/preparer/", equipe.Preparer.as_view(), name="appel_preparer"),
    path(_APPEL, equipe.AppelPage.as_view(), name="appel"),
    path(f"{_APPEL}cycle/", equipe.AppelCycle.as_view(), name="appel_cycle"),
    path(f"{_APPEL}modifier/", equipe.Modifier.as_view(), name="appel_modifier"),
    path(f"{_APPEL}prolonger/", deroulement.Prolonger.as_view(), name="appel_prolonger"),
    path(f"{_APPEL}rouvrir/", deroulement.Rouvrir.as_view(), name="appel_rouvrir"),
    path(f"{_APPEL}remettre/", deroulement.Remettre.as_view(), name="appel_remettre"),
    path(f"{_APPEL}mode-complet/", deroulement.RetourComplet.as_view(), name="appel_mode_complet"),
    path(f"{_APPEL}ce-que-sait/", deroulement.CeQueSait.as_view(), name="appel_ce_que_sait"),
    path(f"{_APPEL}preciser/", deroulement.Preciser.as_view(), name="appel_preciser"),
    path(f"{_APPEL}rencontre/", deroulement.RencontreEdit.as_view(), name="appel_rencontre"),
    path(f"{_APPEL}question/<int:question_pk>/", deroulement.Repondre.as_view(), name="appel_repondre"),
    path(f"{_INVITATION}retirer/", invites.Retirer.as_view(), name="invitation_retirer"),
    path(f"{_INVITATION}renvoyer/", invites.Renvoyer.as_view(), name="invitation_renvoyer"),
    path(f"{_INVITATION}pre-retenir/", invites.PreRetenir.as_view(), name="invitation_preretenir"),
]
