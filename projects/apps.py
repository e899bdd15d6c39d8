from django.apps import AppConfig


class ProjectsConfig(AppConfig):
    name = "projects"
    verbose_name = "Ingénieries"

    def ready(self):
        from core.merging import MOVES
        from projects import plan_links, providers, structure_links
        from projects.merging import move_ciblees

        MOVES.register("projects.structureciblee.structure", move_ciblees)
        providers.register()
        structure_links.register()
        plan_links.register()
