from importlib import import_module

from django.apps import AppConfig

#: The rooms, from the lowest: each may use those before it.
ROOMS = ("partenaires", "objectifs", "reunions", "budget", "validation", "presentation", "comite")


class EngagementConfig(AppConfig):
    name = "engagement"
    verbose_name = "Engager"

    def ready(self):
        for room in ROOMS:
            import_module(f"engagement.{room}.providers").register()
