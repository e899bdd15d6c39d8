"""Pages of the decision and of the retained project for a prestataire, in its space."""

from django.urls import path

from consultations.choix.views import decision, projet

app_name = "projet"
urlpatterns = [
    path("<int:pk>/restitution/", decision.MaRestitution.as_view(), name="restitution"),
    path("projets/<int:pk>/", projet.ProjetPrestataire.as_view(), name="projet"),
    path("projets/<int:pk>/commenter/", projet.CommenterPrestataire.as_view(), name="commenter"),
    path("projets/<int:pk>/<slug:code>/", projet.SectionPrestataire.as_view(), name="section"),
]
