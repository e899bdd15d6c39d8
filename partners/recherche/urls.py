from django.urls import path

from partners.recherche import views

app_name = "recherche"

urlpatterns = [
    path("demander/", views.demander, name="demander"),
    path("", views.recherche, name="recherche"),
    path("comparer/", views.comparer, name="comparer"),
    path("<int:pk>/", views.fiche, name="fiche"),
    path("<int:pk>/favori/", views.favori, name="favori"),
]
