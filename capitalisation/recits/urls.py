"""Addresses of the récits: of a dossier, under it; without dossier, under ``/bibliotheque/``."""

from __future__ import annotations

from django.urls import path

from capitalisation.recits.views import ecriture, pages, seul

_ROOM = "<int:pk>/capitalisation/recits/"
_ONE = f"{_ROOM}<int:recit>/"
_SEUL = "recits/"
_UN = f"{_SEUL}<int:recit>/"

urlpatterns = [
    path(_ROOM, pages.Salle.as_view(), name="recits"),
    path(f"{_ROOM}commencer/<slug:genre>/", pages.Commencer.as_view(), name="recit_commencer"),
    path(_ONE, pages.Page.as_view(), name="recit"),
    path(f"{_ONE}titre/", ecriture.Titre.as_view(), name="recit_modifier"),
    path(f"{_ONE}cycle/", pages.Cycle.as_view(), name="recit_action"),
    path(f"{_ONE}lecture/", pages.Lecture.as_view(), name="recit_lecture"),
    path(f"{_ONE}pdf/", pages.Pdf.as_view(), name="recit_pdf"),
    path(f"{_ONE}docx/", pages.Docx.as_view(), name="recit_docx"),
    path(f"{_ONE}versions/<int:numero>/", pages.Version.as_view(), name="recit_version"),
    path(f"{_ONE}rubriques/<slug:code>/", ecriture.Ecrire.as_view(), name="recit_rubrique"),
    path(f"{_ONE}rubriques/<slug:code>/reprendre/", ecriture.Reprendre.as_view(), name="recit_rubrique_reprendre"),
]

#: Gathered by ``capitalisation.bibliotheque_urls``: the same names, without a dossier.
seuls = [
    path(_SEUL, seul.Liste.as_view(), name="recits_sans_dossier"),
    path(f"{_SEUL}commencer/", seul.Commencer.as_view(), name="recit_commencer"),
    path(_UN, pages.PageSeul.as_view(), name="recit"),
    path(f"{_UN}titre/", ecriture.TitreSeul.as_view(), name="recit_modifier"),
    path(f"{_UN}cycle/", pages.CycleSeul.as_view(), name="recit_action"),
    path(f"{_UN}lecture/", pages.LectureSeul.as_view(), name="recit_lecture"),
    path(f"{_UN}pdf/", pages.PdfSeul.as_view(), name="recit_pdf"),
    path(f"{_UN}docx/", pages.DocxSeul.as_view(), name="recit_docx"),
    path(f"{_UN}versions/<int:numero>/", pages.VersionSeul.as_view(), name="recit_version"),
    path(f"{_UN}rubriques/<slug:code>/", ecriture.EcrireSeul.as_view(), name="recit_rubrique"),
]
