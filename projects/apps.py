from django.apps import AppConfig


class ProjectsConfig(AppConfig):
    name = "projects"
    verbose_name = "Ingénieries"

    def ready(self):
        from projects import providers

        providers.register()
