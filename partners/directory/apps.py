from django.apps import AppConfig


class DirectoryConfig(AppConfig):
    name = "partners.directory"
    verbose_name = "Annuaire des partenaires"
