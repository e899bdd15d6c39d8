"""The end of a session: 200 participants answer on their phones in two minutes, from one room.

    DATABASE_URL=postgres://… .venv/bin/python -m bench.reponses [--clients 10] [--each 20] [--seconds 120]

On a database made for it and removed after (that of ``DATABASE_URL``: PostgreSQL, or SQLite with ``sqlite:///``). Each
process is so many phones, one after the other, with its own connection; each goes through the pages: opens the address
of the QR code, sends, and one in five sends twice. Somebody of the team watches the number come in. Aim: none lost,
none doubled, each one told.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import random
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))


def phones(number: int, cle: str, moments: list[float], results: Any) -> None:
    """One process: at each of the ``moments``, another phone answers something that is its own; tell what was said."""
    from django.db import connection
    from django.test import Client
    from django.urls import reverse

    connection.close()
    url = reverse("evaluation_salle:repondre", args=[cle])
    for turn, moment in enumerate(moments):
        time.sleep(max(0.0, moment - time.time()))
        client, text = Client(), f"Réponse {number}-{turn}"
        values = {"structure": "autre", "organisme": text, "v_e2a": "oui", "v_e2b": "3", "t_e2a": text, "t_e2g": text}
        begun = time.perf_counter()
        opened = client.get(url)
        answer = client.post(url, values)
        lasted = time.perf_counter() - begun
        if turn % 5 == 0:
            client.post(url, values)
        told = client.get(url)
        thanked = "votre réponse est reçue" in told.content.decode().replace("\xa0", " ")
        results.put((text, opened.status_code, answer.status_code, thanked, lasted))
    connection.close()


def watcher(pk: int, questionnaire: int, user: int, until: float, results: Any) -> None:
    """The screen of the room: the number, every four seconds."""
    from django.db import connection
    from django.test import Client
    from django.urls import reverse

    from accounts.models import User

    connection.close()
    client = Client()
    client.force_login(User.objects.get(pk=user), backend="accounts.backends.AuthenticationBackend")
    statuses = []
    while time.time() < until:
        statuses.append(client.get(reverse("evaluation:nombre", args=[pk, questionnaire])).status_code)
        time.sleep(4)
    results.put(statuses)
    connection.close()


def _run(options: argparse.Namespace) -> int:
    from django.db import connection

    from core.models import JournalEntry
    from evaluation.questionnaires.definitions import DEFINITIONS
    from evaluation.questionnaires.models import Repondant, Reponse
    from tests.evaluation.world import essai, monde, opened

    DEFINITIONS["essai"] = essai()
    world = monde()
    asked = opened(world)
    total = options.clients * options.each
    print(f"{total} réponses par {options.clients} processus", flush=True)
    start = time.time() + 3 + options.clients / 2
    chance = random.Random(1)
    gate = multiprocessing.get_context("fork")
    results, seen = gate.Queue(), gate.Queue()
    connection.close()
    processes = []
    for number in range(options.clients):
        moments = sorted(start + chance.random() * options.seconds for _ in range(options.each))
        processes.append(gate.Process(target=phones, args=(number, asked.salle_cle, moments, results)))
    until = start + options.seconds
    watching = gate.Process(target=watcher, args=(world.ingenierie.pk, asked.pk, world.charge.pk, until, seen))
    for process in (*processes, watching):
        process.start()
    told = [results.get(timeout=900) for _ in range(total)]
    statuses = seen.get(timeout=900)
    for process in (*processes, watching):
        process.join()

    rows = Repondant.objects.filter(questionnaire=asked, voie="salle", state="repondu")
    kept = list(rows.values_list("organisme", flat=True))
    whole = {
        row["repondant__organisme"]
        for row in Reponse.objects.filter(repondant__in=rows, code="e2g").values("repondant__organisme", "texte")
        if row["texte"] == row["repondant__organisme"]
    }
    lost = [row for row in told if row[0] not in whole]
    doubled = len(kept) - len(set(kept))
    other = [row for row in told if row[1:3] != (200, 302)]
    unsaid = [row for row in told if not row[3]]
    entries = JournalEntry.objects.filter(verb="evaluation.reponse").count()
    lasted = sorted(row[4] for row in told)
    print(f"base                      {connection.vendor}")
    print(f"réponses                  {len(told)} en {options.seconds} s")
    print(f"gardées, entières         {len(whole)}")
    print(f"perdues                   {len(lost)}")
    print(f"doublées                  {doubled}")
    print(f"autre réponse             {len(other)} {sorted({row[2] for row in other}) if other else ''}")
    print(f"non dites                 {len(unsaid)}")
    print(f"au journal                {entries}")
    print(f"l’écran a répondu         {statuses.count(200)} fois sur {len(statuses)}")
    print(f"ouvrir et envoyer, médiane {lasted[len(lasted) // 2] * 1000:.0f} ms")
    print(f"ouvrir et envoyer, 95 %    {lasted[int(len(lasted) * 0.95)] * 1000:.0f} ms")
    return 1 if lost or doubled or other or unsaid or entries != total or set(statuses) != {200} else 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clients", type=int, default=10)
    parser.add_argument("--each", type=int, default=20)
    parser.add_argument("--seconds", type=int, default=120)
    options = parser.parse_args()
    os.environ["DJANGO_SETTINGS_MODULE"] = "bench.settings"
    os.environ["TEST_DB_SUFFIX"] = "_bench_reponses"
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
