"""The library seen from one ingénierie, under its address."""

from __future__ import annotations

from django.urls import path

from capitalisation.bibliotheque.views import verser

urlpatterns = [
    path("<int:pk>/capitalisation/bibliotheque/", verser.Verser.as_view(), name="verser"),
]
