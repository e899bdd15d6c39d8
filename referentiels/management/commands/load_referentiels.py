"""``manage.py load_referentiels``: the reference lists."""

from django.core.management.base import BaseCommand

from referentiels.loading import load


class Command(BaseCommand):
    """Loads what is missing; ``--update`` also takes labels and order of the files again."""

    help = "Charge les listes de référence (territoires, secteurs, prestations, formes juridiques)."

    def add_arguments(self, parser):
        parser.add_argument("--update", action="store_true", help="reprend aussi les libellés et l’ordre des fichiers")
        parser.add_argument("--dry-run", action="store_true", help="dit ce qui serait fait, sans rien écrire")

    def handle(self, *args, update: bool, dry_run: bool, verbosity: int, **options):
        for count in load(update=update, dry_run=dry_run):
            if verbosity:
                self.stdout.write(
                    f"{count.label} : {count.created} ajoutés, {count.updated} mis à jour, {count.kept} inchangés"
                )
        if dry_run and verbosity:
            self.stdout.write("Essai : rien n’a été écrit.")
