from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate
from django.utils.module_loading import autodiscover_modules


def _protect_journal(sender, using="default", **kwargs):
    from core import journal

    journal.install_triggers(using)


def _keep_for_one(sender, request, user, **kwargs):
    from core.views import kept

    if hasattr(request, "session"):
        kept.only_for(request, user)


class CoreConfig(AppConfig):
    name = "core"
    verbose_name = "Noyau"

    def ready(self):
        from core import cache_table, checks, sorting  # noqa: F401 (checks registers what manage.py check says)
        from core.menu import MENU, MenuEntry
        from core.permissions import is_operator

        connection_created.connect(sorting.install, dispatch_uid="core.sorting")
        user_logged_in.connect(_keep_for_one, dispatch_uid="core.keep_for_one")
        post_migrate.connect(_protect_journal, sender=self, dispatch_uid="core.protect_journal")
        post_migrate.connect(cache_table.ensure, sender=self, dispatch_uid="core.cache_table")
        MENU.register(
            "exploitation", MenuEntry("Tâches et courriers", "gear", "core:exploitation", is_operator), order=95
        )
        # Lifecycles, mails and background jobs are declared by each app in modules of these names.
        autodiscover_modules("lifecycle", "mails", "tasks")
