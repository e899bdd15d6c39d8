"""The reference lists as the AVISE keeps them: labels, order, dates. Codes never change, nothing is deleted."""

from django.contrib import admin

from referentiels.models import (
    Branche,
    Departement,
    DetailPrestation,
    Domaine,
    FormeJuridique,
    Region,
    Secteur,
    ThemeAccompagnement,
    TypeIntervention,
    TypePrestation,
)


@admin.register(Region, Secteur, TypePrestation, FormeJuridique, Domaine, TypeIntervention)
class ReferenceItemAdmin(admin.ModelAdmin):
    """One list. An item that should not be chosen any more gets an end date."""

    list_display = ("label", "code", "position", "valid_from", "valid_to")
    search_fields = ("label", "code")
    ordering = ("position", "label")
    fields = ("code", "label", "position", "valid_from", "valid_to")

    def get_readonly_fields(self, request, obj=None):
        return ("code",) if obj else ()

    def has_delete_permission(self, request, obj=None):
        return False


class ChildItemAdmin(ReferenceItemAdmin):
    """A list whose items have a parent in another list."""

    parent = ""

    def get_fields(self, request, obj=None):
        return (self.parent, *super().get_fields(request, obj))

    def get_list_display(self, request):
        return (*super().get_list_display(request), self.parent)

    def get_list_filter(self, request):
        return (self.parent,)

    def get_queryset(self, request):
        return super().get_queryset(request).select_related(self.parent)


@admin.register(Departement)
class DepartementAdmin(ChildItemAdmin):
    parent = "region"


@admin.register(Branche)
class BrancheAdmin(ChildItemAdmin):
    parent = "secteur"


@admin.register(DetailPrestation)
class DetailPrestationAdmin(ChildItemAdmin):
    parent = "type_prestation"


@admin.register(ThemeAccompagnement)
class ThemeAccompagnementAdmin(ChildItemAdmin):
    parent = "domaine"

    def get_fields(self, request, obj=None):
        return (*super().get_fields(request, obj), "type_prestation")
