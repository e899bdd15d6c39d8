"""Addresses of the plan of transfer."""

from __future__ import annotations

from django.urls import path

from capitalisation.transfert.views import lignes, plan

_ROOM = "<int:pk>/capitalisation/"
_ONE = f"{_ROOM}transferts/<int:ligne>/"

urlpatterns = [
    path(_ROOM, plan.Page.as_view(), name="transfert"),
    path(f"{_ROOM}commencer/", plan.Commencer.as_view(), name="transfert_commencer"),
    path(f"{_ROOM}cycle/", plan.Cycle.as_view(), name="transfert_action"),
    path(f"{_ROOM}ecrire/<slug:partie>/", plan.Ecrire.as_view(), name="transfert_ecrire"),
    path(f"{_ROOM}apercu/", plan.Apercu.as_view(), name="transfert_apercu"),
    path(f"{_ROOM}docx/", plan.Docx.as_view(), name="transfert_docx"),
    path(f"{_ROOM}transferts/ajouter/", lignes.Ajouter.as_view(), name="transfert_ligne_ajouter"),
    path(_ONE, lignes.Modifier.as_view(), name="transfert_ligne"),
    path(f"{_ONE}suivre/", lignes.Suivre.as_view(), name="transfert_ligne_suivre"),
    path(f"{_ONE}retirer/", lignes.Retirer.as_view(), name="transfert_ligne_retirer"),
]
