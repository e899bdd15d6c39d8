"""Pages of the standing clauses and of the guides."""

from django.urls import path

from consultations.cadre import views

urlpatterns = [
    path("clauses-permanentes/", views.ClausesEdit.as_view(), name="clauses"),
    path("guides-des-prestataires/", views.guides, name="guides"),
    path("guides-des-prestataires/nouveau/", views.GuideCreate.as_view(), name="guide_ajouter"),
]
