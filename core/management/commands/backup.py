"""``manage.py backup DEST``."""

from __future__ import annotations

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.backup import FILES, BackupError, backup


class Command(BaseCommand):
    help = "Sauvegarde la base et les fichiers dans une archive tar, pendant que l’application travaille."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("destination", type=Path, help="fichier .tar ou .tar.gz à écrire, ou dossier")

    def handle(self, *args, **options) -> None:
        try:
            path, manifest = backup(options["destination"])
        except BackupError as error:
            raise CommandError(str(error)) from error
        files = sum(name.startswith(FILES) for name in manifest["sha256"])
        self.stdout.write(f"{path} : base {manifest['base']}, {files} fichier(s), {path.stat().st_size} octets.")
        if manifest["fichiers"] != "inclus":
            self.stdout.write("Les fichiers sont dans un stockage objet : sauvegardez-le par ses propres moyens.")
