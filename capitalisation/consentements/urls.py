"""Addresses of the consents, for the team."""

from __future__ import annotations

from django.urls import path

from capitalisation.consentements.views import pages

_ROOM = "<int:pk>/capitalisation/consentements/"
_ONE = f"{_ROOM}<int:consentement>/"

urlpatterns = [
    path(_ROOM, pages.Liste.as_view(), name="consentements"),
    path(f"{_ROOM}ajouter/", pages.Ajouter.as_view(), name="consentement_ajouter"),
    path(f"{_ROOM}reprendre/", pages.Reprendre.as_view(), name="consentements_reprendre"),
    path(f"{_ROOM}demander/", pages.Demander.as_view(), name="consentements_demander"),
    path(_ONE, pages.Modifier.as_view(), name="consentement"),
    path(f"{_ONE}noter/", pages.Noter.as_view(), name="consentement_noter"),
    path(f"{_ONE}oublier/", pages.Oublier.as_view(), name="consentement_oublier"),
]
