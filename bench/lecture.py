"""The comparison of the propositions: 10 propositions × 15 criteria × 12 evaluators, in queries and in time.

    .venv/bin/python -m bench.lecture

A database of its own, made for the occasion and dropped (that of DATABASE_URL, PostgreSQL or SQLite). The aim: 15
queries at most, whatever there is to show.
"""

from __future__ import annotations

import os
import statistics
import time

PROPOSITIONS, EVALUATORS = 10, 12
MOST, ROUNDS = 15, 15


def main() -> None:
    os.environ.setdefault("APP_ENV", "demo")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.settings")
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext, setup_test_environment, teardown_test_environment
    from django.urls import reverse

    setup_test_environment()
    former = settings.DATABASES["default"]["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        call_command("load_referentiels", verbosity=0)
        call_command("load_methodologie", verbosity=0)
        from consultations.lecture.models import Note
        from tests.consultations import scene as scenes
        from tests.factories import actor_of, member

        scene = scenes.call(candidats=PROPOSITIONS)
        for _ in range(EVALUATORS):
            user = member(scene.dla)
            scenes.read_all(scene, scenes.dla_reader(scene, user), actor_of(user))
        page = reverse("consultations:comparaison", args=[scene.dossier.pk, scene.appel.pk])
        client = Client()
        client.force_login(scene.pilot)
        client.get(page)
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(page)
        times = []
        for _ in range(ROUNDS):
            begin = time.perf_counter()
            client.get(page)
            times.append(time.perf_counter() - begin)
        criteria = scene.appel.grille.criteres.count()
        print(f"{PROPOSITIONS} propositions × {criteria} critères × {EVALUATORS} lecteurs, {connection.vendor}")
        print(f"{'notes':24} {Note.objects.count():6}")
        print(f"{'requêtes (15 au plus)':24} {len(queries):6}")
        print(f"{'temps (médiane)':24} {statistics.median(times) * 1000:6.0f} ms")
        print(f"{'poids de la page':24} {len(answer.content) / 1000:6.0f} ko")
        if answer.status_code != 200 or len(queries) > MOST:
            raise SystemExit(1)
    finally:
        connection.creation.destroy_test_db(former, verbosity=0)
        teardown_test_environment()


if __name__ == "__main__":
    main()
