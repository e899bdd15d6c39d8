"""``manage.py menage``: the daily housekeeping, by hand."""

from __future__ import annotations

from django.core.management.base import BaseCommand, CommandParser

from core.tasks import KEPT_DAYS, prune
from core.uploads.services import purge


class Command(BaseCommand):
    help = (
        f"Supprime les tâches et courriers terminés depuis plus de {KEPT_DAYS} jours, les sessions expirées "
        "et les fichiers retirés."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="compte sans supprimer")

    def handle(self, *args, **options) -> None:
        counts = {**prune(dry_run=options["dry_run"]), **purge(dry_run=options["dry_run"])}
        for name, count in counts.items():
            self.stdout.write(f"{name} : {count}{' à supprimer' if options['dry_run'] else ' supprimé(s)'}")
