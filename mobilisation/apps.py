from importlib import import_module

from django.apps import AppConfig

#: The rooms, from the lowest: each may use those before it.
ROOMS = ("scenarios", "prestataires", "reponses", "groupes", "projet")


class MobilisationConfig(AppConfig):
    name = "mobilisation"
    verbose_name = "Confirmer : projet d’intervention"

    def ready(self):
        for room in ROOMS:
            import_module(f"mobilisation.{room}.providers").register()
