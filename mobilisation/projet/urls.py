"""Pages of the projet d'intervention."""

from django.urls import path

from mobilisation.projet import views

urlpatterns = [
    path("<int:pk>/projet-intervention/", views.Projet.as_view(), name="projet"),
    path("<int:pk>/projet-intervention/objectifs/", views.ObjectifsEdit.as_view(), name="objectifs"),
    path("<int:pk>/projet-intervention/intervention/", views.InterventionEdit.as_view(), name="intervention"),
    path("<int:pk>/projet-intervention/accroche/", views.AccrocheEdit.as_view(), name="accroche"),
    path("<int:pk>/projet-intervention/evaluation/", views.CadreEdit.as_view(), name="cadre"),
]
