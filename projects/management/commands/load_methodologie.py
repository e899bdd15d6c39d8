"""Load the methodology's data files into the database."""

from django.core.management.base import BaseCommand, CommandError

from projects.enums import Cycle
from projects.methodologie import methodology


class Command(BaseCommand):
    help = "Charge les cycles (étapes, phases, actions, points, portes) ; relançable sans effet."

    def add_arguments(self, parser):
        parser.add_argument("--dry-run", action="store_true", help="dit ce qui serait fait, sans rien écrire")

    def handle(self, *args, **options):
        words = {"unchanged": "déjà à jour", "created": "chargée", "replaced": "remplacée (personne ne la suivait)"}
        for cycle in Cycle.values:
            try:
                result = methodology.load(cycle, dry_run=options["dry_run"])
            except ValueError as error:
                raise CommandError(str(error)) from error
            parsed = methodology.parse(methodology.read_file(cycle))
            self.stdout.write(
                f"Méthodologie « {parsed.label} » {parsed.version} : {words[result]} "
                f"({len(parsed.steps)} étapes, {len(parsed.phases)} phases, {len(parsed.actions)} actions)."
            )
