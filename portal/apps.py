from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "portal"
    verbose_name = "Accueil"

    def ready(self):
        from core.menu import MENU, MenuEntry

        MENU.register(
            "accueil", MenuEntry("Accueil", "house", "portal:accueil", lambda actor: actor.kind == "user"), order=10
        )
