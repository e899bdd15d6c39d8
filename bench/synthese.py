"""The synthesis with 60 structures: its page, what freezing it costs, its PDF.

    APP_ENV=test .venv/bin/python -m bench.synthese

Everything is written in the database that the settings name, in one transaction that is undone. CPU time, the median of
``ROUNDS``; the first of each is not counted.
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

ROUNDS = int(sys.argv[1]) if len(sys.argv) > 1 else 5
STRUCTURES = 60


def _median(call: Callable[[], Any]) -> float:
    call()
    times = []
    for _ in range(ROUNDS):
        begin = time.process_time()
        call()
        times.append(time.process_time() - begin)
    return statistics.median(times)


def _measure() -> None:
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext
    from django.urls import reverse

    from core.documents.frozen import render_built
    from evaluation.synthese import documents
    from evaluation.synthese.contenu import construire
    from evaluation.synthese.services import synthese as services
    from tests.evaluation.synthese import scene
    from tests.factories import member
    from tests.pdf import pdf_pages

    synthese = scene.written(scene.signed(structures=STRUCTURES))
    client = Client()
    client.force_login(member(synthese.ingenierie.pilote), backend="accounts.backends.AuthenticationBackend")
    address = reverse("evaluation:synthese", args=[synthese.ingenierie_id])
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(address)
    asked = len(queries)
    assert answer.status_code == 200, answer.status_code
    print(f"page            {_median(lambda: client.get(address)):8.3f} s   {asked} requêtes, "
          f"{len(answer.content) // 1024} ko")  # fmt: skip
    with CaptureQueriesContext(connection) as queries:
        construire(synthese)
    asked = len(queries)
    print(f"contenu à figer {_median(lambda: construire(synthese)):8.3f} s   {asked} requêtes")
    version = services.last_version(scene.moved(synthese, "arreter"))
    pdf = render_built(documents.build_version(version.pk, scene.SYSTEM))
    seconds = _median(lambda: render_built(documents.build_version(version.pk, scene.SYSTEM)))
    print(f"PDF             {seconds:8.3f} s   {len(pdf_pages(pdf))} pages, {len(pdf) // 1024} ko")


def main() -> None:
    os.environ.setdefault("APP_ENV", "test")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dla_ingenierie.settings")
    import django

    django.setup()
    from django.db import transaction

    with transaction.atomic():
        _measure()
        transaction.set_rollback(True)


if __name__ == "__main__":
    main()
