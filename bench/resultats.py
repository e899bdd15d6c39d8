"""The page of results with 60 structures × 30 questions and 300 respondents: its queries, its time.

    APP_ENV=test .venv/bin/python -m bench.resultats

Everything is written in the database that the settings name, in one transaction that is undone. Each of the 300
respondents answers all that is asked of it: 60 structures with five people each would say 5,700 answers with their
comments. The page is drawn as the chargé de mission sees it, first visit apart; then its XLSX.
"""

from __future__ import annotations

import os
import statistics
import sys
import time

ROUNDS = int(sys.argv[1]) if len(sys.argv) > 1 else 9
STRUCTURES, RESPONDENTS, GROUPS = 60, 300, 5
#: One person in ten speaks for a partner.
PARTNERS = ("c2ra", "cnar", "prestataire", "autre")


def build() -> tuple:
    """A questionnaire answered by everybody, and who reads it."""
    from evaluation.questionnaires import services as asking
    from evaluation.questionnaires.contenu import lignes_for
    from evaluation.questionnaires.enums import Forme
    from evaluation.questionnaires.models import Questionnaire, Repondant, Reponse
    from mobilisation.groupes.models import Groupe, MembreGroupe
    from projects.structures_ciblees.models import StructureCiblee
    from tests.evaluation.resultats.results import SYSTEM, at_finaliser
    from tests.factories import StructureFactory, member

    ingenierie = at_finaliser()
    groups = [Groupe.objects.create(ingenierie=ingenierie, nom=f"Groupe {n}") for n in range(GROUPS)]
    ciblees = []
    for n in range(STRUCTURES):
        sheet = StructureFactory(organisation=ingenierie.pilote, name=f"Association {n:02}")
        row = StructureCiblee.objects.create(ingenierie=ingenierie, structure=sheet, state="confirmee")
        MembreGroupe.objects.create(groupe=groups[n % GROUPS], structure_ciblee=row)
        ciblees.append(row)
    made = asking.prepare(ingenierie, "question_resultats", SYSTEM)
    made = asking.perform_action(made, "ouvrir", actor=SYSTEM, expected_state="preparation")
    made.repondants.all().delete()
    people = Repondant.objects.bulk_create(
        Repondant(
            questionnaire=made,
            sorte=PARTNERS[n // 10 % 4] if n % 10 == 9 else "structure",
            structure=None if n % 10 == 9 else ciblees[n % STRUCTURES],
            organisme=f"Organisme {n}",
            nom=f"Personne {n}",
            state="repondu",
        )
        for n in range(RESPONDENTS)
    )
    asked = {sorte: lignes_for(made, sorte) for sorte in ("structure", *PARTNERS)}
    Reponse.objects.bulk_create(
        Reponse(
            repondant=row,
            code=code,
            valeur="" if ligne.forme == Forme.TEXTE else ("oui", "en_partie", "non")[(row.pk + rank) % 3],
            texte=f"Ce que dit la personne {row.pk} de la question {code}, en une phrase de longueur ordinaire.",
        )
        for row in people
        for rank, (code, ligne) in enumerate(asked[row.sorte].items())
    )
    return Questionnaire.objects.get(pk=made.pk), member(ingenierie.pilote)


def main() -> None:
    os.environ.setdefault("APP_ENV", "test")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dla_ingenierie.settings")
    import django

    django.setup()
    from django.db import connection, transaction
    from django.test import Client
    from django.test.utils import CaptureQueriesContext
    from django.urls import reverse

    from evaluation.questionnaires.models import Reponse

    with transaction.atomic():
        questionnaire, user = build()
        client = Client()
        client.force_login(user)
        args = [questionnaire.ingenierie_id, questionnaire.pk]
        print(f"{RESPONDENTS} répondants, {STRUCTURES} structures, {Reponse.objects.count()} réponses")
        for name in ("resultats_de", "resultats_export"):
            url = reverse(f"evaluation:{name}", args=args)
            begin = time.perf_counter()
            with CaptureQueriesContext(connection) as queries:
                response = client.get(url)
            first = time.perf_counter() - begin
            assert response.status_code == 200, response.status_code
            times = []
            for _ in range(ROUNDS):
                begin = time.perf_counter()
                client.get(url)
                times.append(time.perf_counter() - begin)
            print(
                f"{name:18} {len(queries):3} requêtes, {statistics.median(times) * 1000:6.0f} ms "
                f"(première visite {first * 1000:.0f} ms), {len(response.content) / 1000:.0f} ko"
            )
        transaction.set_rollback(True)


if __name__ == "__main__":
    main()
