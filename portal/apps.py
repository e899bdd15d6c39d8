from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "portal"
    verbose_name = "Accueil"

    def ready(self):
        from portal import dashboard

        dashboard.register()
        from core.menu import MENU, MenuEntry

        MENU.register(
            "accueil", MenuEntry("Accueil", "house", "portal:accueil", lambda actor: actor.kind == "user"), order=10
        )
