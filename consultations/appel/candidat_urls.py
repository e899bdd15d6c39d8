"""Pages of the prestataires invited to a call."""

from django.urls import path

from consultations.appel.views import candidat

app_name = "candidat"
urlpatterns = [
    path("", candidat.consultations, name="consultations"),
    path("<int:pk>/", candidat.Consultation.as_view(), name="consultation"),
    path("<int:pk>/intention/", candidat.Intention.as_view(), name="intention"),
    path("<int:pk>/decliner/", candidat.Decliner.as_view(), name="decliner"),
    path("<int:pk>/repondre/", candidat.Positionner.as_view(), name="positionner"),
    path("<int:pk>/question/", candidat.Poser.as_view(), name="question"),
    path("<int:pk>/mode-complet/", candidat.DemanderComplet.as_view(), name="mode_complet"),
    path("<int:pk>/version/<int:numero>.pdf", candidat.version_pdf, name="version_pdf"),
    path("<int:pk>/version/<int:numero>/annexe/<int:piece_pk>/", candidat.annexe, name="annexe"),
    path(
        "<int:pk>/version/<int:numero>/structure/<int:annexe_pk>.pdf",
        candidat.annexe_structure,
        name="annexe_structure",
    ),
]
