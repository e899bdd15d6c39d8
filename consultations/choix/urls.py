"""Pages of the tab « Mise en concurrence »: who was consulted, who is retained."""

from django.urls import path

from consultations.choix import views

urlpatterns = [
    path("<int:pk>/prestataire/", views.PrestataireTab.as_view(), name="prestataire"),
    path("<int:pk>/prestataire/choisir/", views.Choisir.as_view(), name="prestataire_choisir"),
    path("<int:pk>/prestataire/retenir/<int:prestataire_pk>/", views.Retenir.as_view(), name="prestataire_retenir"),
    path(
        "<int:pk>/prestataire/choix/<int:choix_pk>/retirer/",
        views.RetirerChoix.as_view(),
        name="prestataire_retirer",
    ),
]
