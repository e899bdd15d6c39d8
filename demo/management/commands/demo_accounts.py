"""Say who may sign in to the demonstration."""

from __future__ import annotations

import textwrap
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from demo import accounts, people


class Command(BaseCommand):
    help = "Donne un compte de démonstration par rôle, le mot de passe commun et ce qu’il y a à voir."

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("Il n’y a pas de compte de démonstration en production.")
        found = accounts.accounts()
        if not found:
            raise CommandError("Les données de démonstration ne sont pas chargées : manage.py load_demo.")
        self.stdout.write(f"Mot de passe de tous les comptes : {people.PASSWORD}")
        self.stdout.write("")
        width = max(len(account.email) for account in found)
        for account in found:
            self.stdout.write(f"{account.email:{width}}  {account.role}")
            for line in textwrap.wrap(f"à voir : {account.look}", 84):
                self.stdout.write(f"    {line}")
        url = accounts.invitation_url()
        if url:
            self.stdout.write("")
            self.stdout.write(f"Une invitation à accepter : {url}")
        url = accounts.reprise_url()
        if url:
            self.stdout.write(f"Une ancienne fiche de prestataire à reprendre : {url}")
