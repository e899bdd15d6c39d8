"""Addresses of the missions of an ingénierie, for the team."""

from django.urls import path

from missions.mission.views import pages

urlpatterns = [
    path("<int:pk>/missions/", pages.Missions.as_view(), name="missions"),
    path("<int:pk>/missions/<int:convention>/", pages.Mission.as_view(), name="mission"),
]
