from importlib import import_module

from django.apps import AppConfig

#: The rooms, from the lowest: each may use those before it.
ROOMS = ("questionnaires", "grilles", "resultats", "synthese")


class EvaluationConfig(AppConfig):
    name = "evaluation"
    verbose_name = "Évaluation"

    def ready(self):
        for room in ROOMS:
            import_module(f"evaluation.{room}.providers").register()
