"""Pages of the reading for a candidate, in the space of the prestataire: under the number of its invitation."""

from django.urls import path

from consultations.lecture.views import candidat

app_name = "lecture"
urlpatterns = [
    path("<int:pk>/precisions/", candidat.Precisions.as_view(), name="precisions"),
    path("<int:pk>/precisions/<int:precision_pk>/", candidat.Repondre.as_view(), name="precision"),
    path("<int:pk>/grille/", candidat.MaGrille.as_view(), name="grille"),
]
