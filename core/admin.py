"""Django's administration: what is looked at there and never written, the journal first."""

from django.contrib import admin

from core.journal import VERBS
from core.models import JournalEntry


class ReadOnlyAdmin(admin.ModelAdmin):
    """Looked at, never written: the application is where it is kept, with its journal."""

    show_full_result_count = False

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(JournalEntry)
class JournalAdmin(ReadOnlyAdmin):
    """Every entry, newest first."""

    list_display = ("at", "actor_label", "organisation_label", "sentence", "object_label")
    search_fields = ("actor_label", "object_label", "organisation_label", "verb")
    list_filter = ("actor_kind",)
    ordering = ("-at", "-pk")
    list_per_page = 50

    @admin.display(description="action")
    def sentence(self, entry: JournalEntry) -> str:
        return VERBS.get(entry.verb, entry.verb)
