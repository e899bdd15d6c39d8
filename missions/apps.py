from importlib import import_module

from django.apps import AppConfig

#: The rooms, from the lowest: each may use those before it.
ROOMS = ("conventions", "mission", "suivi", "seances", "modifications")


class MissionsConfig(AppConfig):
    name = "missions"
    verbose_name = "Missions"

    def ready(self):
        for room in ROOMS:
            import_module(f"missions.{room}.providers").register()
