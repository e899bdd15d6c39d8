from importlib import import_module

from django.apps import AppConfig

#: The rooms, from the lowest: each may use those before it.
ROOMS = ("transfert", "consentements", "recits", "bibliotheque", "comite", "usages", "recherche", "vitrine")


class CapitalisationConfig(AppConfig):
    name = "capitalisation"
    verbose_name = "Capitalisation"

    def ready(self):
        for room in ROOMS:
            import_module(f"capitalisation.{room}.providers").register()
