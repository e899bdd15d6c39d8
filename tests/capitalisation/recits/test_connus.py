"""What the dossier knows of a fiche expérience: nothing is typed twice, each fact says its room."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from capitalisation.recits.connus_fiche import enumere, propositions
from capitalisation.recits.models import Rubrique
from capitalisation.recits.services import ecriture
from engagement.presentation.models import ActionStructures
from missions.seances.models import Seance
from projects.identification.models import Problematique
from projects.ingenierie.models import Ingenierie
from tests.capitalisation.scene import SYSTEM
from tests.evaluation.synthese.scene import signed, with_structures
from tests.factories import (
    DepartementFactory,
    OrganisationFactory,
    SecteurFactory,
    TypePrestationFactory,
    ingenierie_of,
)
from tests.portal.moments import placed

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def made(shared):
    return shared(lambda: signed(OrganisationFactory(name="DLA du Val")))


@pytest.fixture
def ingenierie(made, db):
    return Ingenierie.objects.select_related("pilote").get(pk=made.pk)


def held(ingenierie, **values):
    """A séance that was held."""
    rank = Seance.objects.count() + 1
    hours = {"date": dt.date(2026, 11, rank), "heure_debut": dt.time(9), "heure_fin": dt.time(17)}
    row = Seance(
        convention=ingenierie.conventions.get(), nature="collective", titre=f"Atelier {rank}", jours=Decimal(1),
        state="tenue", convoquee_le=dt.datetime(2026, 11, 1, tzinfo=dt.UTC), **hours,
    )  # fmt: skip
    row.debut = dt.datetime(2026, 11, rank, 8, tzinfo=dt.UTC)
    for name, value in values.items():
        setattr(row, name, value)
    row.save()
    return row


def test_words_are_listed_as_people_say_them():
    assert [enumere(words) for words in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == ["", "a", "a et b", "a, b et c"]


def test_the_dossier_gives_what_it_knows_with_the_room_it_is_read_in(ingenierie):
    theme = TypePrestationFactory(code="communication-essai", label="Communication (essai)")
    ingenierie.themes.set([theme])
    ingenierie.secteurs.set([SecteurFactory(label="Culture (essai)")])
    ingenierie.departements.set([DepartementFactory(label="Val"), DepartementFactory(label="Mont")])
    ingenierie.associes.set([OrganisationFactory(kind="dla"), OrganisationFactory(kind="c2ra")])
    Problematique.objects.update_or_create(
        ingenierie=ingenierie, defaults={"contexte": "Un contexte.", "besoins": "Des besoins.", "origines": []}
    )
    action = ActionStructures.objects.get_or_create(ingenierie=ingenierie)[0]
    action.contenus = "- Un plan\n\n• Un public"
    action.save()
    for n in range(2):
        held(ingenierie, lieu=f"Salle {n}")
    held(ingenierie, nature="restitution", titre="Pour finir", jours=Decimal("0.5"))
    placed(ingenierie, type_ingenierie="solution_mixte", structures_annoncees=12)
    ingenierie = Ingenierie.objects.select_related("pilote").get(pk=ingenierie.pk)
    told = propositions(ingenierie)
    assert told["type"].valeur["code"] == "solution_mixte"
    assert told["problematique"].valeur == "Un contexte.\n\nDes besoins."
    assert told["systeme_intervenant"].valeur.startswith("1\xa0prestataire")
    assert told["cout"].valeur[0]["libelle"] == "C2RA / 2 DLA associés" and told["cout"].valeur[0]["taxes"]
    assert told["nombre"].valeur == {"valeur": 3, "precision": "structures"}
    assert "12 annoncées" in told["nombre"].note
    assert set(told["territoire"].valeur.split(" et ")) == {"Val", "Mont"}
    assert told["secteur"].valeur == "Culture (essai)"
    assert [(row["titre"], row["jours"]) for row in told["seances"].valeur] == [
        ("2\xa0séances collectives, en 2 lieux", "2.0"), ("1\xa0restitution", "0.5"),
    ]  # fmt: skip
    assert "2,5\xa0jours" in told["seances"].note
    assert told["contenus"].valeur["codes"] == [theme.code]
    assert told["contenus_points"].valeur[-2:] == ["Un plan", "Un public"]
    assert all(one.source_detail and one.url.startswith("/") for one in told.values())
    recit = ecriture.begin(ingenierie, "fiche_experience", actor=SYSTEM)
    taken = Rubrique.objects.filter(recit=recit, source="dossier")
    assert {row.code for row in taken} == {code for code, one in told.items() if one.valeur}
    assert taken.get(code="nombre").note == told["nombre"].note


def test_what_the_dossier_does_not_say_is_not_proposed():
    empty = ingenierie_of(OrganisationFactory())
    assert propositions(empty) == {}


def test_it_is_read_in_as_many_questions_for_sixty_structures_and_seances(ingenierie, count_queries):
    held(ingenierie)
    few = count_queries(lambda: propositions(Ingenierie.objects.get(pk=ingenierie.pk)))
    for _ in range(15):
        held(ingenierie)
    with_structures(ingenierie, 30)
    assert count_queries(lambda: propositions(Ingenierie.objects.get(pk=ingenierie.pk))) == few
