"""``manage.py rechiffrer_propositions``: all that lies sealed, under the first of ``PROPOSITION_KEYS``."""

from __future__ import annotations

from django.core.management.base import BaseCommand, CommandError

from consultations.propositions.services.rotation import turn_all


class Command(BaseCommand):
    help = "Chiffre sous la première clé de PROPOSITION_KEYS tout ce qui l’est sous une autre."

    def handle(self, *args, **options) -> None:
        counts = turn_all()
        for name in ("brouillons", "depots", "fichiers"):
            self.stdout.write(f"{name} : {counts[name]} rechiffré(s)")
        if counts["illisibles"]:
            raise CommandError(
                f"{counts['illisibles']} contenu(s) illisible(s) avec les clés données : remettez l’ancienne clé dans "
                "PROPOSITION_KEYS, puis recommencez. Rien de ce qui est illisible n’a été changé."
            )
        self.stdout.write("Tout est sous la première clé : les autres peuvent être retirées.")
