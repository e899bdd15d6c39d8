"""Where each floor is plugged in. URLs are French and readable."""

from django.contrib import admin
from django.urls import include, path

from core.views import errors
from core.views.engines import robots
from portal.echeancier_views import flux

urlpatterns = [
    path("robots.txt", robots, name="robots"),
    path("", include("portal.urls")),
    path("", include("core.urls")),
    path("compte/", include("accounts.urls")),
    path("compte/connexion/", include("accounts.sign_in_urls")),
    path("agenda/<str:token>.ics", flux, name="agenda_flux"),
    path("lien/", include("accounts.link_urls")),
    path("structures/", include("structures.urls")),
    path("portefeuille/", include("partners.recherche.urls")),
    path("partenaires/", include("partners.directory.urls")),
    path("portefeuille/", include("partners.portfolio.urls")),
    path("comite-appui/", include("engagement.comite.urls")),
    path("prestataires/", include("partners.portfolio.vitrine.urls")),
    path("ingenieries/", include("projects.urls")),
    path("besoins/", include("projects.besoins.urls")),
    path("ingenieries/", include("engagement.urls")),
    path("ingenieries/", include("mobilisation.urls")),
    path("ingenieries/", include("consultations.urls")),
    path("consultations/", include("consultations.appel.candidat_urls")),
    path("consultations/", include("consultations.propositions.candidat_urls")),
    path("consultations/", include("consultations.lecture.candidat_urls")),
    path("consultations/", include("consultations.choix.candidat_urls")),
    path("ingenieries/", include("missions.urls")),
    path("missions/", include("missions.espace_urls")),
    path("ingenieries/", include("evaluation.urls")),
    path("missions/", include("evaluation.espace_urls")),
    path("evaluation/", include("evaluation.questionnaires.salle_urls")),
    path("ingenieries/", include("capitalisation.urls")),
    path("bibliotheque/", include("capitalisation.bibliotheque_urls")),
    path("administration/", admin.site.urls),
]

handler400 = errors.bad_request
handler403 = errors.forbidden
handler404 = errors.not_found
handler500 = errors.server_error
