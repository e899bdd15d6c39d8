"""Pages of the kernel."""

from django.urls import path

from core.views import legal, operations

app_name = "core"
urlpatterns = [
    path("mentions-legales/", legal.mentions_legales, name="mentions_legales"),
    path("donnees-personnelles/", legal.donnees_personnelles, name="donnees_personnelles"),
    path("accessibilite/", legal.accessibilite, name="accessibilite"),
    path("taches/<int:pk>/", operations.job_detail, name="job_detail"),
    path("exploitation/", operations.exploitation, name="exploitation"),
    path("exploitation/taches/<int:pk>/relancer/", operations.job_retry, name="job_retry"),
    path("exploitation/courriers/<int:pk>/", operations.mail_detail, name="mail_detail"),
    path("exploitation/courriers/<int:pk>/relancer/", operations.mail_retry, name="mail_retry"),
]
