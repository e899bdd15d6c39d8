"""Pages of the kernel."""

from django.urls import path

from core.views import documents, imports, legal, operations, typed, uploads, verification

app_name = "core"
urlpatterns = [
    path("mentions-legales/", legal.mentions_legales, name="mentions_legales"),
    path("donnees-personnelles/", legal.donnees_personnelles, name="donnees_personnelles"),
    path("accessibilite/", legal.accessibilite, name="accessibilite"),
    path("saisie/abandonner/", typed.abandon, name="typed_abandon"),
    path("taches/<int:pk>/", operations.job_detail, name="job_detail"),
    path("documents/<int:pk>/", documents.document_detail, name="document"),
    path("documents/<slug:code>/<int:object_id>/imprimer/", documents.document_request, name="document_request"),
    path("verifier/", verification.verifier, name="verifier"),
    path("pieces/<int:pk>/", uploads.piece_detail, name="piece"),
    path("pieces/<int:pk>/retirer/", uploads.piece_remove, name="piece_remove"),
    path("pieces/<str:object_type>/<int:object_id>/joindre/", uploads.PieceAdd.as_view(), name="piece_add"),
    path("imports/nouveau/<slug:code>/", imports.ImportNew.as_view(), name="import_new"),
    path("imports/modele/<slug:code>/<slug:file_format>/", imports.import_template, name="import_template"),
    path("imports/<int:pk>/", imports.import_detail, name="import_detail"),
    path("imports/<int:pk>/importer/", imports.import_start, name="import_start"),
    path("imports/<int:pk>/abandonner/", imports.import_cancel, name="import_cancel"),
    path("imports/<int:pk>/erreurs/", imports.import_errors, name="import_errors"),
    path("exploitation/", operations.exploitation, name="exploitation"),
    path("exploitation/taches/<int:pk>/relancer/", operations.job_retry, name="job_retry"),
    path("exploitation/courriers/<int:pk>/", operations.mail_detail, name="mail_detail"),
    path("exploitation/courriers/<int:pk>/relancer/", operations.mail_retry, name="mail_retry"),
]
