"""``manage.py reindexer_portefeuille``: write again what the search of the portfolio reads."""

from django.core.management.base import BaseCommand

from partners.recherche.entrees import write_all


class Command(BaseCommand):
    help = "Réécrit les entrées de la recherche du portefeuille (après un changement des listes de référence)."

    def handle(self, *args, **options):
        self.stdout.write(f"{write_all()} fiches publiées réécrites pour la recherche.")
