"""Pages of the cahier des charges."""

from django.urls import path

from consultations.cahier.views import annexes, cahier, sections, versions

urlpatterns = [
    path("<int:pk>/cahier-des-charges/", cahier.Cahier.as_view(), name="cahier"),
    path("<int:pk>/cahier-des-charges/commencer/", cahier.Commencer.as_view(), name="commencer"),
    path("<int:pk>/cahier-des-charges/preremplir/", cahier.Preremplir.as_view(), name="preremplir"),
    path("<int:pk>/cahier-des-charges/apercu/", cahier.Apercu.as_view(), name="apercu"),
    path("<int:pk>/cahier-des-charges/docx/", cahier.Docx.as_view(), name="docx"),
    path("<int:pk>/cahier-des-charges/action/", cahier.Cycle.as_view(), name="action"),
    path("<int:pk>/cahier-des-charges/sections/<slug:code>/", sections.SectionEdit.as_view(), name="section"),
    path("<int:pk>/cahier-des-charges/sections/<slug:code>/reprendre/", sections.Reprise.as_view(), name="reprise"),
    path("<int:pk>/cahier-des-charges/annexes/<int:cible_pk>/", annexes.AnnexeEdit.as_view(), name="annexe"),
    path(
        "<int:pk>/cahier-des-charges/versions/<int:numero>/differences/",
        versions.VersionDifferences.as_view(),
        name="version_differences",
    ),
    path("<int:pk>/cahier-des-charges/versions/<int:numero>/", versions.VersionDetail.as_view(), name="version"),
    path("<int:pk>/cahier-des-charges/versions/<int:numero>/pdf/", versions.VersionPdf.as_view(), name="version_pdf"),
    path(
        "<int:pk>/cahier-des-charges/versions/<int:numero>/docx/", versions.VersionDocx.as_view(), name="version_docx"
    ),
    path(
        "<int:pk>/cahier-des-charges/versions/<int:numero>/refaire/",
        versions.VersionRefaire.as_view(),
        name="version_refaire",
    ),
]
