"""Pages of the presentation sheet."""

from django.urls import path

from engagement.presentation import views

urlpatterns = [
    path("<int:pk>/fiche/", views.FichePresentation.as_view(), name="fiche_presentation"),
    path("<int:pk>/fiche/docx/", views.FicheDocx.as_view(), name="fiche_docx"),
    path("<int:pk>/fiche/action/", views.Action.as_view(), name="action"),
]
