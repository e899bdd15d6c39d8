"""``manage.py conservation``: the daily erasure of what is not used any more, by hand."""

from __future__ import annotations

from django.core.management.base import BaseCommand, CommandParser

from accounts.services import erasure
from partners.portfolio.donnees import conservation


class Command(BaseCommand):
    help = "Efface les fiches et les comptes dont la durée de conservation est écoulée, et prévient un mois avant."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="compte sans rien écrire ni envoyer")

    def handle(self, *args, **options) -> None:
        dry = options["dry_run"]
        for what, work in (
            ("fiches à effacer", conservation.erase_due),
            ("fiches à prévenir", conservation.warn_fiches),
            ("comptes à effacer", erasure.erase_accounts),
            ("comptes à prévenir", erasure.warn_accounts),
        ):
            self.stdout.write(f"{what} : {work(dry_run=dry)}{'' if dry else ' (fait)'}")
