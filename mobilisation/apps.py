from django.apps import AppConfig


class MobilisationConfig(AppConfig):
    name = "mobilisation"
    verbose_name = "Confirmer : projet d’intervention"

    def ready(self):
        from mobilisation import providers

        providers.register()
