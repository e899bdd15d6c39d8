"""Pages of the validation."""

from django.urls import path

from engagement.validation import views

urlpatterns = [
    path("<int:pk>/validation/", views.Validation.as_view(), name="validation"),
    path("<int:pk>/validation/porteur/<int:organisation>/", views.Porteur.as_view(), name="porteur"),
    path("<int:pk>/validation/comite/<int:organisation>/", views.Avis.as_view(), name="avis"),
    path("<int:pk>/validation/comite/<int:organisation>/reponse/", views.Reponse.as_view(), name="avis_repondre"),
]
