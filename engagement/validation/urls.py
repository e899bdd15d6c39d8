"""Pages of the validation."""

from django.urls import path

from engagement.validation import views

urlpatterns = [
    path("<int:pk>/validation/", views.Validation.as_view(), name="validation"),
    path("<int:pk>/validation/porteur/", views.Porteur.as_view(), name="porteur"),
    path("<int:pk>/validation/comite/<int:organisation>/", views.Avis.as_view(), name="avis"),
]
