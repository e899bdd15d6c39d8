"""The directory in the administration: read only, the application is where it is kept (with its journal)."""

from django.contrib import admin

from core.admin import ReadOnlyAdmin
from partners.directory.models import Partenaire


@admin.register(Partenaire)
class PartenaireAdmin(ReadOnlyAdmin):
    list_display = ["name", "sigle", "famille", "organisation", "is_active"]
    list_filter = ["is_active", "famille"]
    list_select_related = ["organisation"]
    search_fields = ["search_text"]
