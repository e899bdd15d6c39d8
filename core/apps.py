from django.apps import AppConfig
from django.db.models.signals import post_migrate


def _protect_journal(sender, using="default", **kwargs):
    from core import journal

    journal.install_triggers(using)


class CoreConfig(AppConfig):
    name = "core"
    verbose_name = "Noyau"

    def ready(self):
        post_migrate.connect(_protect_journal, sender=self, dispatch_uid="core.protect_journal")
