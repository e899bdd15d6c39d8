"""Pages of the cahier des charges."""

from django.urls import path

from consultations import views

app_name = "consultations"
urlpatterns = [
    path("consulter/", views.Consulter.as_view(), name="consulter"),
    path("<int:pk>/cahier-des-charges/", views.Cahier.as_view(), name="cahier"),
    path("<int:pk>/cahier-des-charges/commencer/", views.Commencer.as_view(), name="commencer"),
    path("<int:pk>/cahier-des-charges/preremplir/", views.Preremplir.as_view(), name="preremplir"),
    path("<int:pk>/cahier-des-charges/apercu/", views.Apercu.as_view(), name="apercu"),
    path("<int:pk>/cahier-des-charges/docx/", views.Docx.as_view(), name="docx"),
    path("<int:pk>/cahier-des-charges/action/", views.Cycle.as_view(), name="action"),
    path("<int:pk>/cahier-des-charges/sections/<slug:code>/", views.SectionEdit.as_view(), name="section"),
    path("<int:pk>/cahier-des-charges/sections/<slug:code>/reprendre/", views.Reprise.as_view(), name="reprise"),
    path("<int:pk>/cahier-des-charges/versions/<int:numero>/", views.VersionDetail.as_view(), name="version"),
    path("<int:pk>/cahier-des-charges/versions/<int:numero>/pdf/", views.VersionPdf.as_view(), name="version_pdf"),
    path("<int:pk>/cahier-des-charges/versions/<int:numero>/docx/", views.VersionDocx.as_view(), name="version_docx"),
    path(
        "<int:pk>/cahier-des-charges/versions/<int:numero>/refaire/",
        views.VersionRefaire.as_view(),
        name="version_refaire",
    ),
    path("<int:pk>/prestataire/", views.PrestataireTab.as_view(), name="prestataire"),
    path(
        "<int:pk>/prestataire/consultes/<int:consulte_pk>/retirer/",
        views.RetirerConsulte.as_view(),
        name="consulte_retirer",
    ),
    path("<int:pk>/prestataire/choisir/", views.Choisir.as_view(), name="prestataire_choisir"),
    path("<int:pk>/prestataire/retenir/<int:prestataire_pk>/", views.Retenir.as_view(), name="prestataire_retenir"),
    path(
        "<int:pk>/prestataire/choix/<int:choix_pk>/retirer/", views.RetirerChoix.as_view(), name="prestataire_retirer"
    ),
]
