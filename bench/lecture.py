"""The comparison of the propositions: 10 propositions × 15 criteria × 12 evaluators, in queries and in time.

    .venv/bin/python -m bench.lecture

A database of its own, made for the occasion and dropped (that of DATABASE_URL, PostgreSQL or SQLite). The aim: 15
queries at most, whatever there is to show.
"""

from __future__ import annotations

import os
import statistics
import time
from typing import Any

PROPOSITIONS, EVALUATORS = 10, 12
MOST, ROUNDS = 15, 15


def fill(scene: Any) -> None:
    """Everybody has read everything: an appreciation per family, a rating per criterion."""
    from consultations.lecture.enums import Famille
    from consultations.lecture.models import Appreciation, Evaluateur, Lecture, Note
    from consultations.lecture.services.lecteurs import add_dla
    from core import clock
    from tests.factories import member

    grille = add_dla(scene.appel, scene.pilot, actor=scene.actor).grille
    for _ in range(EVALUATORS - 1):
        Evaluateur.objects.create(grille=grille, qualite="dla", user=member(scene.dla), organisme=str(scene.dla))
    grille.evaluateurs.update(conflit=False, enregistre_at=clock.now())
    judged = list(grille.criteres.filter(fait=""))
    text = "Démarche lisible, étape par étape ; ce que les structures garderont reste à préciser. " * 2
    for row in grille.evaluateurs.all():
        for invitation in scene.invitations:
            lecture = Lecture.objects.create(evaluateur=row, invitation=invitation)
            Appreciation.objects.bulk_create(
                Appreciation(lecture=lecture, famille=code, texte=text) for code in Famille.values
            )
            Note.objects.bulk_create(Note(lecture=lecture, critere=c, note=c.pk % 5) for c in judged)


def main() -> None:
    os.environ.setdefault("APP_ENV", "demo")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.settings")
    os.environ["TEST_DB_SUFFIX"] = "_bench_lecture"
    import django

    django.setup()
    from io import StringIO

    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client
    from django.test.utils import setup_test_environment, teardown_test_environment
    from django.urls import reverse

    setup_test_environment()
    former = settings.DATABASES["default"]["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        call_command("load_referentiels", verbosity=0, stdout=StringIO())
        call_command("load_methodologie", verbosity=0, stdout=StringIO())
        from consultations.lecture.models import Note
        from tests.consultations import scene as scenes

        scene = scenes.call(candidats=PROPOSITIONS)
        fill(scene)
        page = reverse("consultations:comparaison", args=[scene.dossier.pk, scene.appel.pk])
        client = Client()
        client.force_login(scene.pilot)
        client.get(page)
        queries: list[str] = []

        def count(execute, sql, params, many, context):
            queries.append(sql)
            return execute(sql, params, many, context)

        with connection.execute_wrapper(count):
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
