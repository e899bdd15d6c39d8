from django.apps import AppConfig
from django.db.models.signals import post_migrate


def _index_search(sender, using="default", **kwargs):
    from core.search import ensure_trigram_index
    from partners.directory.models import Partenaire

    ensure_trigram_index(Partenaire, using=using)


class DirectoryConfig(AppConfig):
    name = "partners.directory"
    verbose_name = "Annuaire des partenaires"

    def ready(self):
        post_migrate.connect(_index_search, sender=self, dispatch_uid="directory.search_index")

        from accounts.annuaires.rights import keeps_directory
        from core.imports import IMPORTS
        from core.menu import MENU, MenuEntry
        from partners.directory.annuaire import PARTENAIRES
        from partners.directory.imports import PartenaireImport

        PARTENAIRES.register()
        IMPORTS.register("partenaires", PartenaireImport())
        MENU.register(
            "partenaires",
            MenuEntry("Partenaires", "people", "directory:liste", keeps_directory),
            order=40,
        )
