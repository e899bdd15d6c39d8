"""The address that the QR code of the room opens."""

from django.urls import path

from evaluation.questionnaires.views import salle

app_name = "evaluation_salle"
urlpatterns = [path("<str:cle>/", salle.repondre, name="repondre")]
