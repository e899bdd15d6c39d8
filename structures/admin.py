"""The directory in the administration: read only, the application is where it is kept (with its journal)."""

from django.contrib import admin

from core.admin import ReadOnlyAdmin
from structures.annuaire.models import Structure


@admin.register(Structure)
class StructureAdmin(ReadOnlyAdmin):
    list_display = ["name", "sigle", "organisation", "departement", "secteur", "is_active"]
    list_filter = ["is_active", "nature", "secteur"]
    list_select_related = ["organisation", "departement", "secteur"]
    search_fields = ["search_text", "siret", "rna"]
