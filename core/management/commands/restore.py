"""``manage.py restore SRC``."""

from __future__ import annotations

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.backup import BackupError, restore


class Command(BaseCommand):
    help = "Restaure une sauvegarde (base et fichiers). Arrêtez d’abord le serveur web et le worker."
    # An empty database is what one restores into: no check may read it.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("source", type=Path, help="archive écrite par « manage.py backup »")
        parser.add_argument("--force", action="store_true", help="remplace une base qui n’est pas vide")
        parser.add_argument(
            "--keep-pending",
            action="store_true",
            help="laisse partir les courriers et tâches qui attendaient à la date de la sauvegarde",
        )

    def handle(self, *args, **options) -> None:
        try:
            done = restore(options["source"], force=options["force"], keep_pending=options["keep_pending"])
        except BackupError as error:
            raise CommandError(str(error)) from error
        told = done["restaure"]
        self.stdout.write(f"Sauvegarde du {done['cree_le']} restaurée, {told['fichiers']} fichier(s).")
        if any(told["suspendus"].values()):
            self.stdout.write(
                f"{told['suspendus']['courriers']} courrier(s) et {told['suspendus']['taches']} tâche(s) qui "
                "attendaient sont suspendus : relancez-les un à un depuis la page « Tâches et courriers »."
            )
