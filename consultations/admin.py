"""The calls in the administration: read only, the application is where they are kept (with their journal)."""

from django.contrib import admin

from consultations.appel.models import Appel
from consultations.regles.models import RegleRegion
from core.admin import ReadOnlyAdmin


@admin.register(Appel)
class AppelAdmin(ReadOnlyAdmin):
    list_display = ["ingenierie", "mode", "state", "date_limite"]
    list_filter = ["mode", "state"]
    list_select_related = ["ingenierie"]


@admin.register(RegleRegion)
class RegleRegionAdmin(ReadOnlyAdmin):
    list_display = ["region", "depuis", "invites_min", "invites_max", "cout_jour", "regime"]
    list_filter = ["region"]
    list_select_related = ["region"]
