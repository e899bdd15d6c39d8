from django.apps import AppConfig


class ProjectsConfig(AppConfig):
    name = "projects"
    verbose_name = "Ingénieries"

    def ready(self):
        from projects import plan_links, providers, structure_links

        providers.register()
        structure_links.register()
        plan_links.register()
