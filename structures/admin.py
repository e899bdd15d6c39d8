"""The directory in the administration: read only, the application is where it is kept (with its journal)."""

from django.contrib import admin

from structures.annuaire.models import Structure


@admin.register(Structure)
class StructureAdmin(admin.ModelAdmin):
    list_display = ["name", "sigle", "organisation", "departement", "secteur", "is_active"]
    list_filter = ["is_active", "nature", "secteur"]
    list_select_related = ["organisation", "departement", "secteur"]
    search_fields = ["search_text", "siret", "rna"]
    show_full_result_count = False

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
