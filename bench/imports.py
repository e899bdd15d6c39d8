"""How long an import of 5,000 structures takes, from the file to the last line written: aim under 60 s.

    .venv/bin/python -m bench.imports [--lines 5000] [--known 3000]

On a database made for it and removed after (that of ``DATABASE_URL``, SQLite otherwise). The directory holds ``known``
structures; one line in five is one of them with other ETP, one in fifty is wrong. Each step is told apart, with its
longest write transaction.
"""

from __future__ import annotations

import argparse
import io
import os
import sys
import time
from contextlib import contextmanager
from pathlib import Path

AIM_SECONDS = 60
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
HEAD = ["Nom", "Sigle", "SIRET", "Adresse", "Code postal", "Commune", "Département", "Secteur", "Branche",
        "Année de création", "Budget (€)", "ETP", "Salariés", "Bénévoles", "Projet", "Contact : courriel"]  # fmt: skip
WORDS = ("Ateliers", "Fabrique", "Jardins", "Maison", "Relais", "Théâtre", "Compagnie", "Club", "Amis", "Passerelle")
PLACES = ("Tours", "Loches", "Chinon", "Amboise", "Blois", "Vendôme", "Orléans", "Pithiviers", "Gien", "Bourges")


def name_of(number: int) -> str:
    """A name unlike most others."""
    one, other, place = number % 10, number // 10 % 10, number // 100 % 10
    return f"{WORDS[one]} {WORDS[other].lower()} de {PLACES[place]} {chr(97 + number % 26)}{number:x}"


def row(number: int, known: int, siret_of) -> list:
    """One line of the file."""
    wrong = number % 50 == 49
    at = number % known if number % 5 == 0 else known + number
    return [
        name_of(at), f"S{at}", siret_of(at), f"{number} rue des Tilleuls", "37000", "Tours", "37",
        "Trop vague" if wrong else "Culture", "" if wrong else "Spectacle vivant", 1980 + number % 40,
        "145 000,50", "7,25", 8, 25, "Née d’un collectif d’habitants. " * 4, f"s{at}@example.org",
    ]  # fmt: skip


@contextmanager
def told(what: str):
    begun, cpu = time.perf_counter(), time.process_time()
    yield
    wall, cpu = time.perf_counter() - begun, time.process_time() - cpu
    print(f"{what:<28} {wall:6.1f} s, dont processeur {cpu:6.1f} s", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=5_000)
    parser.add_argument("--known", type=int, default=3_000)
    options = parser.parse_args()
    os.environ["DJANGO_SETTINGS_MODULE"] = "bench.settings"
    os.environ.setdefault("TEST_DB_SUFFIX", "_bench_imports")
    import django

    django.setup()
    from django.db import connection

    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        total = measure(options.lines, options.known)
    finally:
        connection.creation.destroy_test_db(connection.settings_dict["NAME"], verbosity=0)
    print(f"{'en tout':<28} {total:6.1f} s, visé ≤ {AIM_SECONDS} s  {'✓' if total <= AIM_SECONDS else '✗'}")


def measure(lines: int, known: int) -> float:
    """Fill the directory, then take the three steps of an import; returns the seconds they took together."""
    from django.core.files.base import ContentFile
    from django.core.management import call_command
    from django.db import connection, transaction
    from openpyxl import Workbook

    from accounts.models import Membership, Organisation, User
    from accounts.services import actor_for
    from core.imports import services
    from core.jobs import run_pending
    from referentiels.models import Departement, Region, Secteur
    from structures.annuaire.models import Structure
    from tests.factories import siret_of

    call_command("load_referentiels", verbosity=0)
    organisation = Organisation.objects.create(kind="dla", name="DLA", region=Region.objects.get(code="24"))
    user = User.objects.create_user("mesure@example.org")
    user.active_membership = Membership.objects.create(user=user, organisation=organisation, role="charge_mission")
    user.save()
    actor = actor_for(user)
    culture, touraine = Secteur.objects.get(code="culture"), Departement.objects.get(code="37")
    with transaction.atomic():
        for number in range(known):
            Structure(
                organisation=organisation, name=name_of(number), siret=siret_of(number), departement=touraine,
                secteur=culture,
            ).save()  # fmt: skip
    book = Workbook()
    book.active.append(HEAD)
    for number in range(lines):
        book.active.append(row(number, known, siret_of))
    out = io.BytesIO()
    book.save(out)
    longest = 0.0
    opened: list[float] = []
    enter, leave = transaction.Atomic.__enter__, transaction.Atomic.__exit__

    def entering(self):
        enter(self)
        opened.append(time.perf_counter())

    def leaving(self, *args):
        nonlocal longest
        begun = opened.pop()
        leave(self, *args)
        if not opened:
            longest = max(longest, time.perf_counter() - begun)

    transaction.Atomic.__enter__, transaction.Atomic.__exit__ = entering, leaving
    print(f"{lines} lignes, {known} structures connues, {connection.vendor}")
    begun = time.perf_counter()
    with told("dépôt du classeur (page)"):
        source = services.start_import("structures", ContentFile(out.getvalue(), name="mesure.xlsx"), actor=actor)
    with told("lecture et vérification (tâche)"):
        run_pending()
    source.refresh_from_db()
    services.confirm_import(source, actor=actor, include_doubtful=True)
    with told("écriture (tâche)"):
        run_pending()
    total = time.perf_counter() - begun
    source.refresh_from_db()
    print(f"{'transaction la plus longue':<28} {longest:6.2f} s")
    print(source.counts)
    return total


if __name__ == "__main__":
    main()
