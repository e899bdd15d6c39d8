"""The search of the library at 1,000 and at 100,000 resources, beside a bare view of the same size in the same run.

    .venv/bin/python -m bench.bibliotheque [--garder] [1000 100000]

A database a size, made for the occasion and dropped (``--garder`` keeps it for the next run), on the server of
DATABASE_URL, which is on this machine. For each address, the mean of ``ROUNDS`` visits whose values turn: CPU of this
process, and of the one that answers for PostgreSQL (it answers alone, without parallel workers), both beside the bare
view; queries of its own. The aim at 100,000: 300 ms.
"""

from __future__ import annotations

import datetime as dt
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

SIZES = (1_000, 100_000)
ROUNDS, BATCH, AIM = 15, 5_000, 0.300
#: One word in how many resources (beside a few hundred others): searched for.
WORDS = {"association": 2, "trésorerie": 30, "mécénat": 300, "mutualisation": 3_000}


def fill(size: int) -> None:
    """An empty library gets ``size`` resources of every kind, one in ten open to everybody."""
    from accounts.models import Organisation
    from capitalisation.bibliotheque import enums
    from capitalisation.bibliotheque.models import Ressource
    from capitalisation.recherche.models import ActionAidee, MotConnu
    from capitalisation.recherche.recherche import actions_connues
    from core import clock
    from core.text import normalise, search_text
    from referentiels.models import Departement, Region, Secteur, TypePrestation
    from tests.factories import ingenierie_of, member

    chance = Random(12)
    syllables = ("ba", "cor", "du", "fi", "gan", "lo", "mer", "ni", "pra", "ro", "sel", "ti", "vou")
    others = ["".join(chance.choices(syllables, k=3)) for _ in range(600)]
    themes, secteurs = list(TypePrestation.objects.all()), list(Secteur.objects.all())
    places = list(Departement.objects.select_related("region"))
    owners = [
        Organisation.objects.create(kind="dla", name=f"DLA {n}", region=region)
        for n, region in enumerate(Region.objects.order_by("pk"))
    ]
    ingenierie_of(
        member(owners[0]).active_membership.organisation, titre="Mutualisation de la trésorerie des associations",
        themes=themes[:1], secteurs=secteurs[:1],
    )  # fmt: skip
    now, today = clock.now(), clock.today()
    told = []
    for n in range(size):
        held = [word for word, one_in in WORDS.items() if n % one_in == 0]
        words = chance.choices(others, k=40) + held
        chance.shuffle(words)
        owner, place = owners[n % len(owners)], chance.choice(places)
        of = (sorted(chance.sample(themes, 2), key=lambda t: t.pk), [chance.choice(secteurs)], [place])
        titre, resume = " ".join(words[:6]).capitalize(), " ".join(words[6:])
        nationale = n % 5 == 0
        usage = enums.Usage.values[n % 2]
        row = Ressource(
            titre=titre, resume=resume, state=chance.choice(enums.PUBLIES[: 1 + 2 * (n % 3 == 0)]),
            lecteurs="public" if n % 10 == 0 else "reseau", publiee_le=now - dt.timedelta(minutes=5 * n),
            sorte=chance.choice(enums.Sorte.values), support=chance.choice(enums.Support.values),
            lien="https://example.org/", technique="methodologique",
            echelle="nationale" if nationale else "territoriale", sous_echelle="ressources_territoire", usage=usage,
            apport=chance.choice(enums.APPORTS[usage]), contributeur=owner,
            cercle=chance.choice(enums.CercleContributeurs.values), contribution="volontaire",
            licence=chance.choice(enums.Licence.values[:4]), verdict=chance.choice(enums.Verdict.values),
            verifie_par="comptable", verifie_le=today, region=None if nationale else place.region,
            a_reverifier_le=today + dt.timedelta(days=chance.randint(-100, 300)),
            utilisations=int(chance.expovariate(1 / 3)),
            theme_ids=[t.pk for t in of[0]], secteur_ids=[s.pk for s in of[1]], departement_ids=[place.pk],
            search_text=search_text(titre, resume, *(str(item) for group in of for item in group)),
        )  # fmt: skip
        told.append((row, of))
    rows = Ressource.objects.bulk_create((row for row, _ in told), batch_size=BATCH)
    for number, (name, key) in enumerate(
        (("themes", "typeprestation"), ("secteurs", "secteur"), ("departements", "departement"))
    ):
        through = Ressource._meta.get_field(name).remote_field.through
        through.objects.bulk_create(
            (
                through(ressource_id=row.pk, **{f"{key}_id": item.pk})
                for row, (_, of) in zip(rows, told, strict=True)
                for item in of[number]
            ),
            batch_size=BATCH,
        )
    codes = sorted(actions_connues())
    ActionAidee.objects.bulk_create(
        (ActionAidee(ressource=row, code=code) for row in rows[::3] for code in chance.sample(codes, 2)),
        batch_size=BATCH,
    )
    MotConnu.objects.bulk_create(MotConnu(mot=normalise(word), ecrit=word) for word in {*others, *WORDS})


def addresses() -> dict[str, Callable[[int], str]]:
    """What is asked, by its name: of the ``n``-th visit; of the search, or another address that begins by « / »."""
    from django.urls import reverse

    from capitalisation.bibliotheque import enums
    from capitalisation.bibliotheque.models import Ressource
    from projects.ingenierie.models import Ingenierie
    from referentiels.models import Region, Secteur, TypePrestation

    themes, secteurs, regions = (
        list(m.objects.order_by("pk").values_list("code", flat=True)) for m in (TypePrestation, Secteur, Region)
    )
    pour = Ingenierie.objects.order_by("pk").values_list("pk", flat=True).first()

    ouvertes = list(Ressource.objects.filter(lecteurs="public").order_by("pk").values_list("pk", flat=True)[:ROUNDS])

    def turn(values: Any, n: int) -> str:
        return values[n % len(values)]

    return {
        "recherche vide": lambda n: f"page={n % 20 + 1}",
        "visiteur, recherche vide": lambda n: f"page={n % 20 + 1}",
        "visiteur, une ressource": lambda n: reverse("bibliotheque:ressource", args=[turn(ouvertes, n)]),
        "visiteur, JSON (100)": lambda n: f"{reverse('bibliotheque:donnees')}?page={n % 10 + 1}",
        "visiteur, flux Atom (50)": lambda n: reverse("bibliotheque:flux"),
        "mot courant (1 sur 2)": lambda n: f"q=association&page={n % 20 + 1}",
        "mot (1 sur 30)": lambda n: f"q=trésorerie&page={n % 20 + 1}",
        "deux mots rares": lambda n: f"q=mécénats des associations&page={n % 3 + 1}",
        "faute de frappe": lambda n: f"q=trésorrerie&sorte={turn(enums.Sorte.values, n)}",
        "une facette": lambda n: f"theme={turn(themes, n)}",
        "trois facettes": lambda n: f"theme={turn(themes, n)}&secteur={turn(secteurs, n)}&region={turn(regions, n)}",
        "mot et facette": lambda n: f"q=trésorerie&secteur={turn(secteurs, n)}",
        "les plus récentes": lambda n: f"tri=recentes&page={n % 20 + 1}",
        "près d’une ingénierie": lambda n: f"pour={pour}&page={n % 20 + 1}",
    }  # fmt: skip


def of_the_database() -> float:
    """Seconds of CPU that the connection has used so far in the server; 0 where the database is in this process."""
    from django.db import connection

    if connection.vendor != "postgresql":
        return 0.0
    pid = connection.connection.info.backend_pid
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def visits(client: Any, paths: list[str]) -> tuple[float, float, int, int]:
    """(CPU seconds here, in the database, both a visit; most queries of one; bytes of one), after one that is not
    counted."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.get(paths[0])
    here, there, asked, weight = time.process_time(), of_the_database(), 0, 0
    for path in paths:
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(path)
        if answer.status_code != 200:
            raise RuntimeError(f"{path} répond {answer.status_code}")
        asked, weight = max(asked, len(queries)), len(answer.content)
    count = len(paths)
    return (time.process_time() - here) / count, (of_the_database() - there) / count, asked, weight


def measure(size: int) -> list[str]:
    """The figures of one size; returns the names of what is beyond the aim."""
    from django.db import connection
    from django.test import Client
    from django.urls import reverse

    from accounts.models import User

    member_client, visitor = Client(), Client()
    member_client.force_login(User.objects.get(), backend="accounts.backends.AuthenticationBackend")
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET max_parallel_workers_per_gather = 0")
    base, late = reverse("bibliotheque:recherche"), []

    def path(asked: str) -> str:
        return asked if asked.startswith("/") else f"{base}?{asked}"

    print(f"\n{size} ressources")
    print(f"{'':28}{'processeur':>12}{'base':>10}{'vue nue':>10}{'rapport':>9}{'requêtes':>10}{'ko':>6}")
    for name, address in addresses().items():
        client = visitor if name.startswith("visiteur") else member_client
        cpu, base_cpu, asked, weight = visits(client, [path(address(n)) for n in range(ROUNDS)])
        bare, bare_base, _, _ = visits(member_client, [reverse("bench_bare", args=[weight])] * ROUNDS)
        total, bare_total = cpu + base_cpu, bare + bare_base
        print(
            f"{name:28}{1000 * cpu:9.1f} ms{1000 * base_cpu:7.1f} ms{1000 * bare_total:7.1f} ms"
            f"{bare_total / total:9.2f}{asked:10}{weight // 1000:6}"
        )
        if total > AIM:
            late.append(name)
    return late


def main() -> None:
    os.environ.setdefault("APP_ENV", "demo")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.settings")
    keep = "--garder" in sys.argv
    sizes = [int(word) for word in sys.argv[1:] if word.isdigit()] or list(SIZES)
    import django

    django.setup()
    from io import StringIO

    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection
    from django.test.utils import setup_test_environment, teardown_test_environment

    from capitalisation.bibliotheque.models import Ressource

    setup_test_environment()
    former, late = settings.DATABASES["default"]["NAME"], []
    for size in sizes:
        settings.DATABASES["default"]["TEST"]["NAME"] = f"bench_bibliotheque_{size}"
        connection.creation.create_test_db(verbosity=0, autoclobber=True, keepdb=keep, serialize=False)
        try:
            if Ressource.objects.count() != size:
                for command in ("load_referentiels", "load_methodologie"):
                    call_command(command, verbosity=0, stdout=StringIO())
                begun = time.monotonic()
                fill(size)
                with connection.cursor() as cursor:
                    cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
                print(f"{size} ressources écrites en {time.monotonic() - begun:.0f} s, {connection.vendor}")
            late += [f"{name} ({size})" for name in measure(size)]
        finally:
            connection.creation.destroy_test_db(former, verbosity=0, keepdb=keep)
    teardown_test_environment()
    print(f"\nAu-delà de {AIM * 1000:.0f} ms : {', '.join(late) or 'rien'}")


if __name__ == "__main__":
    main()
