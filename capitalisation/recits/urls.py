"""Addresses of the récits: of a dossier, under it; without dossier, under ``/bibliotheque/``."""

from __future__ import annotations

from django.urls import path

from capitalisation.recits.views import contributions, ecriture, images, pages, seul

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
    path(f"{_ONE}images/", images.Liste.as_view(), name="recit_images"),
    path(f"{_ONE}images/ajouter/", images.Ajouter.as_view(), name="recit_image_ajouter"),
    path(f"{_ONE}images/<int:image>/", images.Modifier.as_view(), name="recit_image_modifier"),
    path(f"{_ONE}images/<int:image>/deplacer/", images.Deplacer.as_view(), name="recit_image_deplacer"),
    path(f"{_ONE}images/<int:image>/retirer/", images.Retirer.as_view(), name="recit_image_retirer"),
    path(f"{_ONE}images/<int:image>/effacer/", images.Effacer.as_view(), name="recit_image_effacer"),
    path(f"{_ONE}contributions/", contributions.Liste.as_view(), name="recit_contributions"),
    path(
        f"{_ONE}contributions/demander/<slug:sorte>/<int:cle>/",
        contributions.Demander.as_view(),
        name="recit_contribution_demander",
    ),
    path(f"{_ONE}contributions/<int:contribution>/", contributions.Une.as_view(), name="recit_contribution"),
    path(
        f"{_ONE}contributions/<int:contribution>/reprendre/<slug:code>/",
        contributions.Reprendre.as_view(),
        name="recit_contribution_reprendre",
    ),
    path(
        f"{_ONE}contributions/<int:contribution>/oublier/",
        contributions.Oublier.as_view(),
        name="recit_contribution_oublier",
    ),
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
    path(f"{_UN}images/", images.ListeSeul.as_view(), name="recit_images"),
    path(f"{_UN}images/ajouter/", images.AjouterSeul.as_view(), name="recit_image_ajouter"),
    path(f"{_UN}images/<int:image>/", images.ModifierSeul.as_view(), name="recit_image_modifier"),
    path(f"{_UN}images/<int:image>/deplacer/", images.DeplacerSeul.as_view(), name="recit_image_deplacer"),
    path(f"{_UN}images/<int:image>/retirer/", images.RetirerSeul.as_view(), name="recit_image_retirer"),
    path(f"{_UN}images/<int:image>/effacer/", images.EffacerSeul.as_view(), name="recit_image_effacer"),
]
