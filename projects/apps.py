from importlib import import_module

from django.apps import AppConfig

#: The rooms that give something to the rest of the house, from the lowest: each may use those before it.
ROOMS = ("cycle", "dossier", "demarche", "structures_ciblees", "identification", "plans", "besoins")


class ProjectsConfig(AppConfig):
    name = "projects"
    verbose_name = "Ingénieries"

    def ready(self):
        for room in ROOMS:
            import_module(f"projects.{room}.providers").register()
