"""Addresses of the synthesis, for the team; that which the region reads."""

from __future__ import annotations

from django.urls import path

from evaluation.synthese.views import destinataires, synthese

_ROOM = "<int:pk>/evaluation/synthese/"
_TO = f"{_ROOM}destinataires/"
_ONE = f"{_TO}<int:destinataire>/"

urlpatterns = [
    path(_ROOM, synthese.Page.as_view(), name="synthese"),
    path(f"{_ROOM}commencer/", synthese.Commencer.as_view(), name="synthese_commencer"),
    path(f"{_ROOM}cycle/", synthese.Cycle.as_view(), name="synthese_action"),
    path(f"{_ROOM}ecrire/<slug:partie>/", synthese.Ecrire.as_view(), name="synthese_ecrire"),
    path(f"{_ROOM}apercu/", synthese.Apercu.as_view(), name="synthese_apercu"),
    path(f"{_ROOM}docx/", synthese.Docx.as_view(), name="synthese_docx"),
    path(f"{_ROOM}versions/<int:numero>/", synthese.Version.as_view(), name="synthese_version"),
    path(f"{_ROOM}region/", synthese.Region.as_view(), name="synthese_region"),
    path(_TO, destinataires.Liste.as_view(), name="synthese_destinataires"),
    path(f"{_TO}ajouter/", destinataires.Ajouter.as_view(), name="synthese_destinataire_ajouter"),
    path(f"{_TO}proposes/", destinataires.Proposes.as_view(), name="synthese_proposes"),
    path(f"{_TO}envoyer/", destinataires.Envoyer.as_view(), name="synthese_envoyer"),
    path(_ONE, destinataires.Modifier.as_view(), name="synthese_destinataire"),
    path(f"{_ONE}remise/", destinataires.Remise.as_view(), name="synthese_remise"),
    path(f"{_ONE}retirer/", destinataires.Retirer.as_view(), name="synthese_destinataire_retirer"),
    path(f"{_ONE}revoquer/", destinataires.Revoquer.as_view(), name="synthese_revoquer"),
    path("<int:pk>/synthese-de-l-evaluation/", synthese.de_la_region, name="synthese_de_la_region"),
]
