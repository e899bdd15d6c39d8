from importlib import import_module

from django.apps import AppConfig

#: The rooms, from the lowest: each may use those before it.
ROOMS = ("regles", "cahier", "consultes", "appel", "propositions", "lecture", "choix")


class ConsultationsConfig(AppConfig):
    name = "consultations"
    verbose_name = "Cahiers des charges"

    def ready(self):
        for room in ROOMS:
            import_module(f"consultations.{room}.providers").register()
