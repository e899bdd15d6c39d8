"""Pages of the prestataires consulted."""

from django.urls import path

from consultations.consultes import views

urlpatterns = [
    path("consulter/", views.Consulter.as_view(), name="consulter"),
    path(
        "<int:pk>/prestataire/consultes/<int:consulte_pk>/retirer/",
        views.RetirerConsulte.as_view(),
        name="consulte_retirer",
    ),
]
