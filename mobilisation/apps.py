from django.apps import AppConfig


class MobilisationConfig(AppConfig):
    name = "mobilisation"
    verbose_name = "Confirmer : projet d’intervention"

    def ready(self):
        from core.merging import MOVES
        from mobilisation import providers
        from mobilisation.services import move_membership

        MOVES.register("mobilisation.membregroupe.structure_ciblee", move_membership)
        providers.register()
