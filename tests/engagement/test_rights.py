"""Who reads and who writes: for each route, the near misses."""

from __future__ import annotations

import pytest

from core.actor import Actor
from core.errors import NotAllowed
from core.models import JournalEntry
from engagement.budget.services.budget import confirm_budget, update_budget
from engagement.budget.services.conventions import add_convention
from engagement.budget.services.lignes import add_charge
from engagement.budget.services.scenarios import add_scenario_budget
from engagement.objectifs.services import add_resultat, fix_resultats, set_objectifs
from engagement.partenaires.services import add_partenaire
from engagement.urls import urlpatterns
from engagement.validation.services import record_validation
from tests.engagement.conftest import text, url
from tests.factories import PartenaireFactory, fulfil_engager

pytestmark = pytest.mark.django_db

READ = [
    "partenaires",
    "objectifs",
    "validation",
    "budget",
    "budget_scenarios",
    "budget_classeur",
    "budget_version",
    "fiche_presentation",
]
#: Files: read like the pages, but they are not pages.
DOWNLOADS = ["fiche_docx"]
#: Pages that only serve to write: refused with a sentence to who reads.
WRITE_PAGES = [
    "partenaire_ajouter",
    "partenaire_nouveau",
    "partenaire",
    "objectifs_modifier",
    "resultat",
    "porteur",
    "avis",
    "budget_cadre",
    "action",
    "budget_scenario_ajouter",
    "budget_scenario",
    "convention_ajouter",
    "convention",
]
POSTS = [
    *WRITE_PAGES,
    "partenaire_retirer",
    "resultat_ajouter",
    "resultats_fixer",
    "resultats_rouvrir",
    "resultat_retirer",
    "budget_confirmer",
    "budget_revenir",
    "budget_scenario_retenir",
    "budget_scenario_retirer",
    "convention_retirer",
    "ligne_ajouter",
    "ligne",
    "ligne_retirer",
]


@pytest.fixture
def full(world):
    """``full(ingenierie)``: its dossier filled, and the arguments of each route."""

    def fill(ingenierie):
        fulfil_engager(ingenierie)
        actor = Actor.system("recette")
        resultat = add_resultat(ingenierie, {"libelle": "Un"}, actor=actor)
        partenaire = ingenierie.partenaires_projet.get().pk
        charge = ingenierie.charges.get().pk
        autre = add_scenario_budget(ingenierie, {"nom": "Un autre"}, actor=actor).pk
        convention = add_convention(ingenierie, {"reference": "C1", "cofinanceurs": "X"}, actor=actor).pk
        return {
            "partenaire": (partenaire,),
            "partenaire_retirer": (partenaire,),
            "resultat": (resultat.pk,),
            "resultat_retirer": (resultat.pk,),
            "avis": (ingenierie.pilote_id,),
            "porteur": (ingenierie.pilote_id,),
            "budget_version": (1,),
            "budget_scenario": (autre,),
            "budget_scenario_retenir": (autre,),
            "budget_scenario_retirer": (autre,),
            "convention": (convention,),
            "convention_retirer": (convention,),
            "ligne_ajouter": ("charges",),
            "ligne": ("charges", charge),
            "ligne_retirer": ("charges", charge),
        }

    return fill


#: Meetings, prestataires to associate, answers of partners and to opinions have their near misses in files of their
#: own (test_reunions, test_links…) and in the table of test_rights_everywhere.
ELSEWHERE = {
    "avis_repondre", "compte_rendu", "decision", "decision_ajouter", "decision_faite", "decision_retirer",
    "participant", "participant_renvoyer", "participant_retirer", "presences", "reponse", "reunion",
    "prestataires_associer",
    "reunion_etat", "reunion_modifier", "reunion_nouvelle", "reunion_participants", "reunion_renvoyer", "reunions",
}  # fmt: skip


def test_every_route_is_in_these_tests():
    assert {p.name for p in urlpatterns} - ELSEWHERE == set(READ) | set(POSTS) | set(DOWNLOADS)


def test_pilot_associated_and_c2ra_read_neighbours_do_not_even_know(as_, ingenierie, full):
    args = full(ingenierie)
    for who, status in (
        ("pilote", 200),
        ("associe", 200),
        ("lecture", 200),
        ("c2ra", 200),
        ("voisin", 404),
        ("loin", 404),
    ):
        client = as_(who)
        for route in READ + DOWNLOADS:
            assert client.get(url(route, ingenierie, *args.get(route, ()))).status_code == status, (who, route)
    for who in ("voisin", "loin"):
        client = as_(who)
        for route in WRITE_PAGES:
            assert client.get(url(route, ingenierie, *args.get(route, ()))).status_code == 404, (who, route)
        for route in POSTS:
            assert client.post(url(route, ingenierie, *args.get(route, ())), {}).status_code == 404, (who, route)


@pytest.mark.parametrize(
    ("who", "why"), [("lecture", "lecture seule"), ("c2ra", "Seuls DLA Pilote et les organisations")]
)
def test_who_only_reads_is_refused_with_a_sentence_and_nothing_is_written(as_, ingenierie, full, who, why):
    args = full(ingenierie)
    client, before = as_(who), JournalEntry.objects.count()
    for route in WRITE_PAGES:
        answer = client.get(url(route, ingenierie, *args.get(route, ())))
        assert answer.status_code == 403 and why in text(answer), route
    for route in POSTS:
        answer = client.post(url(route, ingenierie, *args.get(route, ())), {"version": 1})
        assert answer.status_code == 403 and why in text(answer), route
    for route in READ:
        answer = client.get(url(route, ingenierie, *args.get(route, ())))
        page = text(answer) if answer["Content-Type"].startswith("text/html") else ""
        assert "Modifier" not in page and "Ajouter" not in page, route
    assert JournalEntry.objects.count() == before


def test_an_anonymous_visitor_is_sent_to_sign_in(client_for, ingenierie):
    from tests.strict import StrictClient

    for route in READ:
        answer = StrictClient().get(url(route, ingenierie, *([1] if route == "budget_version" else [])))
        assert answer.status_code == 302 and "/compte/" in answer["Location"]


@pytest.mark.parametrize(
    "route", ["partenaire", "partenaire_retirer", "resultat", "resultat_retirer", "ligne", "ligne_retirer"]
)
def test_an_id_of_another_ingenierie_is_not_found_under_ones_own(client, ingenierie, world, full, route):
    full(ingenierie)
    other = full(world.other)
    assert client.post(url(route, ingenierie, *other[route]), {"version": 1}).status_code == 404
    assert world.other.partenaires_projet.count() == world.other.resultats.count() == world.other.charges.count() == 1


def test_a_line_is_not_reached_under_another_kind(client, ingenierie, world, full):
    args = full(ingenierie)
    add_charge(world.other, {"libelle": "X", "montant": "1.00"}, actor=world.actor("voisin"))
    line = args["ligne"][1]
    wrong = url("ligne_retirer", ingenierie, "valorisations", line)
    assert client.post(wrong, {"version": 2}).status_code == 404


def test_services_refuse_who_does_not_contribute(ingenierie, world):
    partenaire = PartenaireFactory(organisation=world.pilote)
    for who in ("lecture", "c2ra", "voisin", "loin"):
        actor = world.actor(who)
        for call in (
            lambda a: add_partenaire(ingenierie, partenaire, actor=a),
            lambda a: set_objectifs(ingenierie, actor=a, strategiques=["consolider"]),
            lambda a: add_resultat(ingenierie, {"libelle": "Un"}, actor=a),
            lambda a: fix_resultats(ingenierie, actor=a),
            lambda a: record_validation(ingenierie, world.pilote, {"commentaires": "X"}, actor=a),
            lambda a: update_budget(ingenierie, {"commentaire": "X"}, actor=a),
            lambda a: add_charge(ingenierie, {"libelle": "X", "montant": "1.00"}, actor=a),
            lambda a: confirm_budget(ingenierie, actor=a),
        ):
            with pytest.raises(NotAllowed):
                call(actor)
