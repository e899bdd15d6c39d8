"""« Documents »: what every room made, for who may read it, in as many queries for ten papers as for one."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse

from consultations.cahier.services import create_cahier
from core.actor import Actor
from core.clock import now
from core.uploads.services import attach
from engagement.comite.services.seances import add_point, create_seance
from engagement.reunions.models import Reunion
from tests.factories import OrganisationFactory, engaged, ingenierie_of, member, member_actor
from tests.rights_world import PDF

pytestmark = pytest.mark.django_db

SYSTEM = Actor.system("recette")


@pytest.fixture
def dla():
    return OrganisationFactory()


def held(ingenierie, objet: str, text: str = "Il a été dit.") -> Reunion:
    day = dt.date(2026, 3, 4)
    reunion = Reunion(
        ingenierie=ingenierie,
        objet=objet,
        date=day,
        heure_debut=dt.time(9),
        heure_fin=dt.time(10),
        compte_rendu=text,
        lieu="Ici",
    )
    reunion.debut = dt.datetime.combine(day, dt.time(9), tzinfo=dt.UTC)
    reunion.save()
    return reunion


def read(client, ingenierie) -> str:
    answer = client.get(reverse("projects:documents", args=[ingenierie.pk]))
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_papers_of_every_room_are_there_with_their_files_and_their_room(client, dla):
    ingenierie = engaged(dla)
    client.force_login(member(dla))
    actor = member_actor(dla)
    reunion = held(ingenierie, "Lancement")
    held(ingenierie, "Rien d’écrit", text="")
    create_cahier(ingenierie, actor)
    piece = attach(ingenierie, ContentFile(PDF, name="lettre.pdf"), actor=actor, scope=ingenierie)
    page = read(client, ingenierie)
    for title in (
        "Fiche de présentation",
        "Budget d’intervention",
        "Compte rendu : Lancement",
        "Cahier des charges, version de travail",
        "lettre.pdf",
    ):
        assert title in page, title
    assert "Rien d’écrit" not in page
    for route, args in (
        ("engagement:fiche_docx", [ingenierie.pk]),
        ("engagement:budget_classeur", [ingenierie.pk]),
        ("consultations:docx", [ingenierie.pk]),
        ("engagement:reunion", [ingenierie.pk, reunion.pk]),
        ("core:document_request", ["compte_rendu_reunion", reunion.pk]),
        ("core:piece", [piece.pk]),
    ):
        assert reverse(route, args=args) in page, route


def test_the_dossier_of_a_comite_is_for_its_dla_alone(client, dla):
    ingenierie = engaged(dla)
    seance = create_seance(dla, {"debut": now() + dt.timedelta(days=9), "lieu": "Ici"}, actor=member_actor(dla))
    add_point(seance, ingenierie, actor=member_actor(dla))
    client.force_login(member(dla))
    assert "Dossier du comité d’appui" in read(client, ingenierie)
    client.force_login(member(OrganisationFactory(c2ra=True, region=dla.region)))
    assert "Dossier du comité d’appui" not in read(client, ingenierie)


def test_ten_papers_cost_the_queries_of_one(client, dla, count_queries):
    ingenierie = ingenierie_of(dla)
    client.force_login(member(dla))
    actor = member_actor(dla)

    def fill(times):
        for n in range(times):
            held(ingenierie, f"Réunion {n}")
            attach(ingenierie, ContentFile(PDF + b"%d" % n, name=f"p{n}.pdf"), actor=actor, scope=ingenierie)

    fill(1)
    read(client, ingenierie)
    one = count_queries(lambda: read(client, ingenierie))
    fill(9)
    assert count_queries(lambda: read(client, ingenierie)) == one
