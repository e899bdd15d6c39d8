"""The portfolio in the administration: read only, the application is where it is kept (with its journal)."""

from django.contrib import admin

from core.admin import ReadOnlyAdmin
from partners.portfolio.prestataire.models import Membre, Prestataire
from partners.portfolio.publication.models import Publication


@admin.register(Prestataire)
class PrestataireAdmin(ReadOnlyAdmin):
    list_display = ["name", "siret", "kind", "region"]
    list_filter = ["kind", "region"]
    list_select_related = ["region"]
    search_fields = ["search_text"]


@admin.register(Membre)
class MembreAdmin(ReadOnlyAdmin):
    list_display = ["user", "prestataire", "role", "state"]
    list_filter = ["state", "role"]
    list_select_related = ["user", "prestataire"]


@admin.register(Publication)
class PublicationAdmin(ReadOnlyAdmin):
    list_display = ["prestataire", "region", "state", "publiee_le", "a_actualiser_le"]
    list_filter = ["state", "region"]
    list_select_related = ["prestataire", "region"]
