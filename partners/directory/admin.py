"""The directory in the administration: read only, the application is where it is kept (with its journal)."""

from django.contrib import admin

from partners.directory.models import Partenaire


@admin.register(Partenaire)
class PartenaireAdmin(admin.ModelAdmin):
    list_display = ["name", "sigle", "famille", "organisation", "is_active"]
    list_filter = ["is_active", "famille"]
    list_select_related = ["organisation"]
    search_fields = ["search_text"]
    show_full_result_count = False

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
