"""Pages of the rules of a région."""

from django.urls import path

from consultations.regles import views

urlpatterns = [
    path("regles-des-appels/", views.regles, name="regles"),
    path("regles-des-appels/fixer/", views.Fixer.as_view(), name="regle_fixer"),
    path("regles-des-appels/<int:pk>/", views.Corriger.as_view(), name="regle"),
]
