"""Addresses of the séances of a mission, for the team."""

from django.urls import path

from missions.seances.views import equipe

_M = "<int:pk>/missions/<int:convention>/seances/"
_S = f"{_M}<int:seance>/"

urlpatterns = [
    path(_M, equipe.Liste.as_view(), name="seances"),
    path(f"{_M}nouvelle/", equipe.Nouvelle.as_view(), name="seance_nouvelle"),
    path(_S, equipe.Detail.as_view(), name="seance"),
    path(f"{_S}modifier/", equipe.Modifier.as_view(), name="seance_modifier"),
    path(f"{_S}etat/", equipe.Cycle.as_view(), name="seance_etat"),
    path(f"{_S}renvoyer/", equipe.Renvoyer.as_view(), name="seance_renvoyer"),
    path(f"{_S}compte-rendu/", equipe.CompteRendu.as_view(), name="seance_compte_rendu"),
    path(f"{_S}presences/", equipe.Presences.as_view(), name="seance_presences"),
    path(f"{_S}participants/", equipe.Participants.as_view(), name="seance_participants"),
    path(f"{_S}participants/<int:participant>/", equipe.Participant.as_view(), name="seance_participant"),
    path(f"{_S}participants/<int:participant>/retirer/", equipe.Retirer.as_view(), name="seance_participant_retirer"),
    path(
        f"{_S}participants/<int:participant>/renvoyer/", equipe.Renvoyer.as_view(), name="seance_participant_renvoyer"
    ),
]
