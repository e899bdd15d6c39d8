"""The need radar measured at the size of the country in ten years: 60,000 structures, 200,000 needs.

``python -m bench.needs``: fills its own database once (that of DATABASE_URL_BENCH, else SQLite; kept from one run
to the next), then times the matrix and the list of a cell for a DLA, a C2RA and the AVISE. The aim: 150 ms on
PostgreSQL, whoever asks.
"""

from __future__ import annotations

import datetime as dt
import os
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from random import Random
from types import SimpleNamespace

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "scripts"))
STRUCTURES, NEEDS, DLAS = 60_000, 200_000, 103
AIM_MS = 150
ROUNDS = 15
BATCH = 5_000


def fill(say: Callable[[str], None]) -> None:
    """Fill an empty, migrated database (reference lists loaded)."""
    from accounts.models import Organisation
    from core import clock
    from referentiels.models import Departement, Region, Secteur, TypePrestation
    from structures.annuaire.models import Structure
    from structures.diagnostics.models import Besoin, Diagnostic

    random = Random("besoins")
    departements = list(Departement.objects.select_related("region").order_by("code"))
    secteurs = list(Secteur.objects.values_list("pk", flat=True))
    themes = list(TypePrestation.objects.values_list("pk", flat=True))
    dlas = Organisation.objects.bulk_create(
        Organisation(kind="dla", name=f"DLA {n:03}", region=departements[n % len(departements)].region)
        for n in range(DLAS)
    )
    Organisation.objects.create(kind="c2ra", name="C2RA de mesure", region=dlas[0].region)
    Organisation.objects.create(kind="avise", name="AVISE de mesure")
    say("structures")
    structures = Structure.objects.bulk_create(
        [
            Structure(
                organisation=dlas[n % DLAS],
                name=f"Structure {n}",
                search_text=f"structure {n}",
                departement=departements[n % DLAS % len(departements)],
                secteur_id=random.choice(secteurs),
                etp=random.choice((None, 1, 2, 5, 12)),
            )
            for n in range(STRUCTURES)
        ],
        batch_size=BATCH,
    )
    say("diagnostics")
    today = clock.today()
    made = Diagnostic.objects.bulk_create(
        [
            Diagnostic(
                structure=s,
                organisation_id=s.organisation_id,
                date=today - dt.timedelta(days=random.randint(1, 3650)),
                numero_partage=1,
            )
            for s in structures
        ],
        batch_size=BATCH,
    )
    say("besoins")
    Besoin.objects.bulk_create(
        (
            Besoin(
                diagnostic=d,
                structure_id=d.structure_id,
                organisation_id=d.organisation_id,
                date=d.date,
                recense=True,
                type_prestation_id=random.choice(themes),
                priorite=random.randint(1, 3),
                exprime=True,
                texte="Un besoin.",
            )
            for d in random.choices(made, k=NEEDS)
        ),
        batch_size=BATCH,
    )
    assert Region.objects.exists()


def _actor(organisation) -> SimpleNamespace:
    return SimpleNamespace(
        is_system=False, organisation=organisation, organisation_id=organisation.pk, user=None, user_id=None
    )


def timed(call: Callable[[], object]) -> float:
    """Median of :data:`ROUNDS` calls, in milliseconds, after two to warm up."""
    for _ in range(2):
        call()
    found = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        call()
        found.append((time.perf_counter() - begun) * 1000)
    return statistics.median(found)


def measure(say: Callable[[str], None]) -> bool:
    """Time the radar for each role; whether every figure is within the aim."""
    from accounts.models import Organisation
    from projects.besoins import radar

    met = True
    for kind in ("dla", "c2ra", "avise"):
        actor = _actor(Organisation.objects.filter(kind=kind).order_by("pk").first())
        for periode in ("24", "tout"):
            question = radar.Question(periode=periode)
            found = radar.matrix(question, actor)
            whole = timed(lambda q=question, a=actor: radar.matrix(q, a))
            theme = next(iter(found.themes))
            cell = question.cell("", _code(theme))

            def page(q=cell, a=actor) -> object:
                rows = list(radar.structures(q, a).with_list_related_data().order_by("search_text", "pk")[:50])
                return radar.needs_of(rows, q, a)

            listed = timed(page)
            met &= whole <= AIM_MS
            say(
                f"  {kind:5} {radar.PERIODES[periode]:24} {found.total.structures:6} structures : "
                f"matrice {whole:6.1f} ms, liste d’une case {listed:6.1f} ms"
            )
    return met


def _code(pk: int) -> str:
    from referentiels import lists
    from referentiels.models import TypePrestation

    return lists.by_id(TypePrestation, pk).code


def main() -> None:
    from bench.run import VAR, say

    VAR.mkdir(parents=True, exist_ok=True)
    os.environ["DATABASE_URL"] = os.environ.get("DATABASE_URL_BENCH") or f"sqlite:///{VAR / 'needs.sqlite3'}"
    os.environ["DJANGO_SETTINGS_MODULE"] = "bench.settings"
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from structures.diagnostics.models import Besoin

    call_command("migrate", verbosity=0, interactive=False)
    call_command("load_referentiels", verbosity=0)
    if Besoin.objects.count() < NEEDS:
        say(f"remplissage : {STRUCTURES} structures, {NEEDS} besoins…")
        fill(lambda text: say(f"  {text}"))
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
    say(f"radar des besoins, {connection.vendor} : {AIM_MS} ms au plus")
    if not measure(say) and connection.vendor == "postgresql":
        raise SystemExit(1)


if __name__ == "__main__":
    main()
