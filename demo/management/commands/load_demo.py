"""Load the demonstration data."""

from __future__ import annotations

import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from demo import loading, marks


class Command(BaseCommand):
    help = (
        "Charge les données de démonstration : organisations, personnes inventées, soixante ingénieries. "
        "Relancée, la commande n’ajoute rien et ne perd rien. Refusée en production."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--reset", action="store_true", help="efface d’abord TOUTES les données de la base, puis recharge"
        )
        parser.add_argument("--noinput", action="store_true", help="avec --reset, ne demande pas de confirmation")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("Les données de démonstration ne se chargent pas en production.")

        def say(text: str) -> None:
            if options["verbosity"]:
                self.stdout.write(text)
                self.stdout.flush()

        if options["reset"]:
            if not options["noinput"] and input("Effacer toutes les données de la base ? (oui/non) ") != "oui":
                raise CommandError("Rien n’a été effacé.")
            loading.empty(say)
        elif marks.is_complete():
            say("Données de démonstration : déjà là, rien à ajouter.")
            return
        started = time.monotonic()
        try:
            added = loading.load(say)
        except LookupError as error:
            raise CommandError(str(error)) from error
        say(f"Données de démonstration : {added} ingénieries écrites en {time.monotonic() - started:.0f} s.")
