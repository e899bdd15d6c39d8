"""Pages of the evaluation for the prestataire, under ``/missions/``, room by room."""

from django.urls import URLPattern

app_name = "mission_evaluee"
urlpatterns: list[URLPattern] = []
