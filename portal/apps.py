from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "portal"
    verbose_name = "Accueil"

    def ready(self):
        from portal import dashboard

        dashboard.register()
        from core.menu import MENU, MenuEntry
        from core.permissions import is_operator
        from portal import feeds
        from projects.tabs import TABS, Tab

        MENU.register(
            "accueil", MenuEntry("Accueil", "house", "portal:accueil", lambda actor: actor.kind == "user"), order=10
        )
        MENU.register(
            "echeancier",
            MenuEntry("Échéancier", "calendar3", "portal:echeancier", lambda actor: actor.organisation is not None),
            order=25,
        )
        MENU.register(
            "installation", MenuEntry("Installation", "building-add", "portal:installation", is_operator), order=94
        )
        TABS.register("echeancier", Tab("Échéancier", "portal:echeancier_ingenierie"), order=89)
        feeds.register()
