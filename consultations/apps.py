from django.apps import AppConfig


class ConsultationsConfig(AppConfig):
    name = "consultations"
    verbose_name = "Cahiers des charges"

    def ready(self):
        from consultations import documents, providers

        documents.register()
        providers.register()
