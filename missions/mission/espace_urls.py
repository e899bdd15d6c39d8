"""Addresses of a prestataire's missions."""

from django.urls import path

from missions.mission.views import pages

urlpatterns = [
    path("", pages.missions, name="missions"),
    path("<int:convention>/", pages.EspacePage.as_view(), name="mission"),
    path("<int:convention>/convention/", pages.EspaceConvention.as_view(), name="convention"),
]
