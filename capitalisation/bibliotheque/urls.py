"""Addresses of the resources, under ``/bibliotheque/``."""

from __future__ import annotations

from django.urls import path

from capitalisation.bibliotheque.views import page

urlpatterns = [
    path("<int:pk>/", page.page, name="ressource"),
]
