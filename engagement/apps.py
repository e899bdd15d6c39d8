from django.apps import AppConfig


class EngagementConfig(AppConfig):
    name = "engagement"
    verbose_name = "Engager"

    def ready(self):
        from core.merging import MOVES
        from engagement import providers
        from engagement.merging import move_projets

        MOVES.register("engagement.partenaireprojet.partenaire", move_projets)
        providers.register()
