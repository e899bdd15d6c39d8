"""The last minute of a call: 200 propositions deposited by 20 candidates at once, some after the deadline.

    DATABASE_URL=postgres://… .venv/bin/python -m bench.depots [--clients 20] [--each 10] [--seconds 60]

On a database made for it and removed after (that of ``DATABASE_URL``; PostgreSQL to mean anything). Each candidate is a
process with its own connection, and goes through the pages: what it writes changes each time. Aim: none lost, none
doubled, each one received or refused with the server's time.
"""

from __future__ import annotations

import argparse
import datetime as dt
import multiprocessing
import os
import random
import re
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
_TIME = re.compile(r"arrivé ici à \d\d h \d\d min \d\d s")


def candidate(number: int, invitation: int, user: int, moments: list[float], results: Any) -> None:
    """One process: at each of the ``moments``, write something else and deposit it; tell what was answered."""
    from django.db import connection
    from django.test import Client
    from django.urls import reverse

    from accounts.models import User
    from consultations.appel.models import Invitation
    from consultations.propositions.services import save_draft
    from core.actor import Actor

    connection.close()
    person = User.objects.get(pk=user)
    client = Client()
    client.force_login(person, backend="accounts.backends.AuthenticationBackend")
    row = Invitation.objects.select_related("appel").get(pk=invitation)
    url = reverse("propositions:deposer", args=[invitation])
    for turn, moment in enumerate(moments):
        time.sleep(max(0.0, moment - time.time()))
        text = f"Proposition {number}, envoi {turn}"
        save_draft(row, {"note": text}, Actor.for_user(person))
        begun = time.perf_counter()
        answer = client.post(url)
        lasted = time.perf_counter() - begun
        said = _TIME.search(answer.content.decode().replace("\xa0", " ")) is not None
        results.put((number, text, answer.status_code, said, lasted))
    connection.close()


def _call(clients: int) -> tuple[Any, list[Any]]:
    from tests.consultations.propositions.monde import candidate as invited
    from tests.consultations.propositions.monde import monde

    world = monde()
    rows = [invited(world.appel, f"Prestataire {n}") for n in range(clients)]
    return world.appel, rows


def _run(options: argparse.Namespace) -> int:
    from django.db import connection

    from consultations.propositions.models import Depot, Proposition

    print(f"{options.clients} candidats, {options.each} envois chacun", flush=True)
    appel, rows = _call(options.clients)
    # Time for each process to sign in.
    start = time.time() + 5 + options.clients
    limit = dt.datetime.fromtimestamp(start + options.seconds, dt.UTC)
    type(appel).objects.filter(pk=appel.pk).update(date_limite=limit)
    chance = random.Random(1)
    gate, results = multiprocessing.get_context("fork"), multiprocessing.get_context("fork").Queue()
    connection.close()
    processes = []
    for number, row in enumerate(rows):
        # One in twenty of them is after the deadline.
        span = options.seconds * 1.05
        moments = sorted(start + chance.random() * span for _ in range(options.each))
        args = (number, row.invitation.pk, row.user.pk, moments, results)
        processes.append(gate.Process(target=candidate, args=args))
    for process in processes:
        process.start()
    told = [results.get(timeout=600) for _ in range(options.clients * options.each)]
    for process in processes:
        process.join()

    accepted = [row for row in told if row[2] == 302]
    refused = [row for row in told if row[2] == 409 and row[3]]
    other = [row for row in told if row not in accepted and row not in refused]
    kept = [depot.contenu["note"] for depot in Depot.objects.filter(proposition__invitation__appel=appel)]
    lost = [row for row in accepted if row[1] not in kept]
    doubled = len(kept) - len(set(kept))
    late = Depot.objects.filter(at__gte=limit).count()
    unsaid = [text for text in kept if text not in {row[1] for row in accepted}]
    last = {number: text for number, text, *_ in accepted}
    current = {p.invitation_id: p.depot_courant.contenu["note"] for p in Proposition.objects.received().order_by("pk")}
    stale = [n for n, row in enumerate(rows) if n in last and current.get(row.invitation.pk) != last[n]]
    lasted = sorted(row[4] for row in told)
    print(f"base                      {connection.vendor}")
    print(f"envois                    {len(told)}, par {options.clients} candidats, en {options.seconds} s")
    print(f"reçus                     {len(accepted)}")
    print(f"refusés, avec l’heure     {len(refused)}")
    print(f"autre réponse             {len(other)} {sorted({row[2] for row in other}) if other else ''}")
    print(f"perdus                    {len(lost)}")
    print(f"doublés                   {doubled}")
    print(f"reçus sans être dits      {len(unsaid)}")
    print(f"datés après la limite     {late}")
    print(f"dont le dernier ne vaut   {len(stale)}")
    print(f"réponse, médiane          {lasted[len(lasted) // 2] * 1000:.0f} ms")
    print(f"réponse, 95 %             {lasted[int(len(lasted) * 0.95)] * 1000:.0f} ms")
    return 1 if other or lost or doubled or late or unsaid or stale else 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clients", type=int, default=20)
    parser.add_argument("--each", type=int, default=10)
    parser.add_argument("--seconds", type=int, default=60)
    options = parser.parse_args()
    os.environ["DJANGO_SETTINGS_MODULE"] = "bench.settings"
    os.environ["TEST_DB_SUFFIX"] = "_bench_depots"
    os.environ.setdefault("LOG_LEVEL", "ERROR")
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection
    from django.test.utils import setup_test_environment

    setup_test_environment()
    # From the models: a quarter of the time of the migrations.
    connection.settings_dict["TEST"]["MIGRATE"] = False
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        call_command("load_referentiels", verbosity=0)
        call_command("load_methodologie", verbosity=0)
        return _run(options)
    finally:
        connection.creation.destroy_test_db(connection.settings_dict["NAME"], verbosity=0)


if __name__ == "__main__":
    sys.exit(main())
