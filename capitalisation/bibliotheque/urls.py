"""Addresses of the resources, under ``/bibliotheque/``."""

from __future__ import annotations

from django.urls import path

from capitalisation.bibliotheque.views import images, page

urlpatterns = [
    path("<int:pk>/", page.page, name="ressource"),
    path("recits/versions/<int:version>/images/<int:image>/", images.recit_image, name="recit_image"),
]
