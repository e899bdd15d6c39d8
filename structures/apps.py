from django.apps import AppConfig
from django.db.models.signals import post_migrate


def _index_search(sender, using="default", **kwargs):
    from core.search import ensure_trigram_index
    from structures.annuaire.models import Structure

    ensure_trigram_index(Structure, using=using)


class StructuresConfig(AppConfig):
    name = "structures"
    verbose_name = "Structures bénéficiaires"

    def ready(self):
        post_migrate.connect(_index_search, sender=self, dispatch_uid="structures.search_index")

        from accounts.annuaires.rights import keeps_directory
        from accounts.handover import HOLDINGS
        from core.documents import DOCUMENT_TYPES
        from core.imports import IMPORTS
        from core.menu import MENU, MenuEntry
        from structures import handover
        from structures.annuaire.annuaire import STRUCTURES
        from structures.annuaire.imports import StructureImport
        from structures.diagnostics import documents as diagnostics
        from structures.diagnostics import lien as diagnostic_lien
        from structures.diagnostics.history import history as diagnostics_history
        from structures.plans import documents as plans
        from structures.plans import lien as plan_lien
        from structures.plans.history import history as plans_history
        from structures.registry import HISTORY

        STRUCTURES.register()
        IMPORTS.register("structures", StructureImport())
        MENU.register(
            "structures",
            MenuEntry("Structures", "buildings", "structures:liste", keeps_directory),
            order=30,
        )
        DOCUMENT_TYPES.register(diagnostics.CODE, diagnostics.DIAGNOSTIC_PDF)
        DOCUMENT_TYPES.register(plans.CODE, plans.PLAN_PDF)
        HISTORY.register("plans", plans_history, order=15)
        HISTORY.register("diagnostics", diagnostics_history, order=20)
        HOLDINGS.register("structures.diagnostics", handover.DIAGNOSTICS)
        HOLDINGS.register("structures.plans", handover.PLANS)
        diagnostic_lien.register()
        plan_lien.register()
