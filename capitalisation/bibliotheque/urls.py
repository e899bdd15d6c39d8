"""Addresses of the resources, under ``/bibliotheque/``."""

from __future__ import annotations

from django.urls import path

from capitalisation.bibliotheque.views import deposer, images, lecteurs, mes_ressources, page
from core.views.open import open_to_all

_ONE = "<int:pk>/"

urlpatterns = [
    path("deposer/", deposer.Deposer.as_view(), name="deposer"),
    path("mes-ressources/", mes_ressources.mes_ressources, name="mes_ressources"),
    path(_ONE, open_to_all(page.Page.as_view()), name="ressource"),
    path(f"{_ONE}pieces/<int:piece>/", open_to_all(page.Piece.as_view()), name="ressource_piece"),
    path(f"{_ONE}recit.docx", page.Docx.as_view(), name="ressource_docx"),
    path(f"{_ONE}modifier/", deposer.Modifier.as_view(), name="ressource_modifier"),
    path(f"{_ONE}cycle/", page.Cycle.as_view(), name="ressource_action"),
    path(f"{_ONE}lecteurs/", lecteurs.Lecteurs.as_view(), name="ressource_lecteurs"),
    path(f"{_ONE}effacer/", deposer.Effacer.as_view(), name="ressource_effacer"),
    path(f"{_ONE}reprendre/", page.Reprendre.as_view(), name="ressource_reprendre"),
    path("recits/versions/<int:version>/images/<int:image>/", images.recit_image, name="recit_image"),
]
