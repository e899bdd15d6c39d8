from django.apps import AppConfig


class EngagementConfig(AppConfig):
    name = "engagement"
    verbose_name = "Engager"

    def ready(self):
        from engagement import providers

        providers.register()
