"""The final report of a mission: six headings, prefilled, handed over, sent back, accepted, then frozen."""

from __future__ import annotations

import copy
import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core import clock
from core.documents.frozen import produce
from core.errors import ConditionsNotMet, EditConflict, InvalidInput, NotAllowed
from core.models import FrozenError, OutboxMail
from core.uploads import KEPT_FOR_GOOD, attach
from missions.productions.services import pieces_of, remove_production, update_production
from missions.rapports import cahier, services
from missions.rapports.completude import FICHIER, TITRES, manques
from missions.rapports.dashboard import a_lire, attendus
from missions.rapports.documents import blocks_of
from missions.rapports.models import RapportFinal, SuitePreconisation, VersionRapport
from missions.rapports.presenters import proposals
from missions.suivi.services import etapes_of
from projects.cycle import gates
from projects.evidence import evidence_for
from referentiels.models import TypePrestation
from structures.plans.models import PlanAccompagnement
from tests.factories import OrganisationFactory, UserFactory, actor_of, diagnostic_of, member
from tests.missions import remise
from tests.missions.remise import SYSTEM

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def made(shared):
    return shared(remise.world)


@pytest.fixture
def world(made, db):
    return copy.deepcopy(made)


@pytest.fixture
def convention(world):
    return world.convention


@pytest.fixture
def team(world):
    return actor_of(world.user)


@pytest.fixture
def consultant(world):
    return actor_of(world.consultant)


def do(rapport, action, actor, **extra):
    return services.perform_action(rapport, action, actor=actor, expected_state=rapport.state, **extra)


# --- Writing --------------------------------------------------------------------------------------------------------


def test_it_begins_with_the_stages_and_the_expected_results(convention, consultant):
    rapport = services.begin(convention, actor=consultant)
    assert [row.etape.intitule for row in rapport.etapes.all()] == ["État des lieux", "Atelier"]
    assert [row.attendu for row in rapport.resultats.all()] == cahier.resultats_attendus(convention) != []
    assert services.begin(convention, actor=consultant).pk == rapport.pk  # a second click
    for stranger in (member(), UserFactory(), member(convention.ingenierie.pilote, "lecture")):
        with pytest.raises(NotAllowed):
            services.begin(convention, actor=actor_of(stranger))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("- Un outil\n- Un réseau,\n  entre voisines\n", ["Un outil", "Un réseau,\nentre voisines"]),
        ("1. Un outil\n2) Un réseau", ["Un outil", "Un réseau"]),
        ("Un outil\n\nUn réseau", ["Un outil", "Un réseau"]),
        ("", []),
    ],
)
def test_the_expected_results_are_told_one_by_one(text, found):
    from types import SimpleNamespace

    version = SimpleNamespace(data={"resultats_attendus": text})
    assert cahier.resultats_attendus(SimpleNamespace(version_cahier=version)) == found


def test_what_the_fiche_de_suivi_says_is_proposed_never_forced(convention, consultant):
    rapport = services.begin(convention, actor=consultant)
    etape = etapes_of(convention)[0]
    etape.commentaire = "Une rencontre reportée."
    assert proposals(etape)["difficultes"] == "Une rencontre reportée."
    assert rapport.etapes.first().difficultes == ""


def test_the_six_headings_are_exact_and_in_order():
    assert list(TITRES.values()) == [
        "Rappel des objectifs",
        "Le déroulement de la mission",
        "La liste et la description sommaire des productions remises",
        "Les résultats atteints",
        "Les effets induits",
        "Les observations ou préconisations éventuelles",
    ]


def test_two_people_who_write_two_sections_do_not_meet_and_the_same_one_is_told(convention, team, consultant):
    rapport = services.begin(convention, actor=consultant)
    services.write(rapport, {"effets": "Un"}, actor=team, expected_version=rapport.version)
    services.write(rapport, {"observations": "Deux"}, actor=consultant, expected_version=rapport.version)
    with pytest.raises(EditConflict):
        services.write(rapport, {"effets": "Trois"}, actor=consultant, expected_version=rapport.version)


def test_special_expectations_are_never_dated_of_tomorrow(convention, team):
    rapport = services.begin(convention, actor=team)
    with pytest.raises(InvalidInput, match="futur"):
        services.write(rapport, {"attentes_le": clock.today() + dt.timedelta(days=1)}, actor=team)
    services.write(rapport, {"attentes": "Un tableau.", "attentes_le": clock.today()}, actor=team)


# --- Handing over ---------------------------------------------------------------------------------------------------


def test_it_is_handed_over_whole_or_as_a_file(convention, consultant, team):
    rapport = services.begin(convention, actor=consultant)
    with pytest.raises(ConditionsNotMet) as refused:
        do(rapport, "remettre", consultant)
    assert any("effets induits" in reason for reason in refused.value.reasons)
    attach(rapport, remise.pdf("rapport.pdf"), actor=team, scope=convention.ingenierie, category=FICHIER)
    assert manques(rapport) == []
    assert do(rapport, "remettre", consultant).state == "remis"


def test_received_then_to_complete_with_what_then_accepted(world, convention, consultant, team):
    rapport = do(remise.written(convention, actor=consultant), "remettre", consultant)
    assert rapport.remis_par and OutboxMail.objects.filter(template="missions/rapport_remis").count() == 1
    with pytest.raises(NotAllowed):
        services.write(rapport, {"effets": "Trop tard"}, actor=consultant)
    with pytest.raises(NotAllowed, match="par le DLA"):
        do(rapport, "accepter", consultant)
    with pytest.raises(InvalidInput):
        do(rapport, "completer", team)  # with what?
    rapport = do(rapport, "completer", team, reason="Les suites de l’atelier 2.")
    assert rapport.a_completer == "Les suites de l’atelier 2."
    assert OutboxMail.objects.filter(template="missions/rapport_lu", to=world.consultant.email).count() == 1
    services.write(rapport, {"effets": "Repris."}, actor=consultant)
    rapport = do(rapport, "remettre", consultant)
    assert rapport.a_completer == ""
    rapport = do(rapport, "accepter", team)
    assert rapport.state == "accepte" and rapport.versions.count() == 1


def test_what_is_accepted_is_frozen_sealed_and_accepted_again_after_a_reopening(convention, team):
    production = remise.handed_over(convention)
    rapport = remise.accepted(convention)
    version = services.accepted_version(rapport)
    assert version.is_intact and version.data["remises"][0]["titre"] == "Tableau de bord"
    with pytest.raises(FrozenError):
        version.save()
    document = produce(services.DOCUMENT_ACCEPTE, version.pk, actor=SYSTEM, keep=True)
    assert services.pdf_of(version) == document and document.size > 5000
    # What it lists does not change any more, and its file is kept for good.
    with pytest.raises(NotAllowed, match="rapport accepté"):
        update_production(production, {"titre": "Autre"}, actor=team)
    with pytest.raises(NotAllowed, match="rapport accepté"):
        remove_production(production, actor=team)
    piece = pieces_of([production]).get()
    assert piece.pk in KEPT_FOR_GOOD.get("rapports finaux acceptés")([piece.pk])
    rapport = do(rapport, "rouvrir", team, reason="Une annexe manque.")
    assert services.accepted_version(rapport) is None
    update_production(production, {"titre": "Autre"}, actor=team)
    rapport = do(do(rapport, "remettre", team), "accepter", team)
    assert [row.numero for row in rapport.versions.all()] == [2, 1]
    assert VersionRapport.objects.get(numero=1).data["remises"][0]["titre"] == "Tableau de bord"


def test_a_reopened_report_still_gives_what_was_accepted(world, convention, team, client_for):
    rapport = remise.accepted(convention)
    document = produce(services.DOCUMENT_ACCEPTE, services.accepted_version(rapport).pk, actor=SYSTEM, keep=True)
    pages = (
        (world.user, reverse("missions:rapport", args=[convention.ingenierie_id, convention.pk])),
        (world.consultant, reverse("mission:rapport", args=[convention.pk])),
    )
    for user, url in pages:
        assert "Acceptés auparavant" not in client_for(user).get(url).content.decode()
    do(rapport, "rouvrir", team, reason="Une annexe manque.")
    for user, url in pages:
        client = client_for(user)
        told = client.get(url).content.decode()
        link = reverse("core:document", args=[document.pk])
        assert "Acceptés auparavant" in told and link in told
        assert client.get(link).status_code == 200
    assert client_for(UserFactory()).get(reverse("core:document", args=[document.pk])).status_code == 404


def test_accepting_waits_for_whoever_changes_a_production(convention, team):
    """The mission is locked before its report: a production is not taken out while the text that lists it is frozen."""
    rapport = do(remise.written(convention), "remettre", SYSTEM)
    with CaptureQueriesContext(connection) as queries:
        do(rapport, "accepter", team)
    locks = [query["sql"] for query in queries if "FOR NO KEY UPDATE" in query["sql"]]
    if locks:  # SQLite locks the whole database
        assert 'FROM "missions_convention"' in locks[0]


def test_the_document_says_the_six_headings_in_order(convention):
    rapport = remise.accepted(convention)
    headings = [
        b.text for b in blocks_of(services.accepted_version(rapport).data) if b.kind == "heading" and b.level == 2
    ]
    assert headings == [f"{n}. {title}" for n, title in enumerate(TITRES.values(), 1)]


def test_the_gate_asks_for_a_report_received(convention, team, consultant):
    provider = gates.CONDITIONS.get("rapports")
    from projects import facts

    def answer():
        values = facts.fetch([convention.ingenierie_id], [provider])[convention.ingenierie_id]
        return provider.read(values, convention.ingenierie)

    assert not answer().ok and answer().detail.startswith("0")
    rapport = remise.written(convention)
    assert not answer().ok  # written is not received
    rapport = do(rapport, "remettre", consultant)
    assert answer().ok
    rapport = do(rapport, "completer", team, reason="Les effets.")
    assert not answer().ok and "à compléter" in answer().detail
    rapport = do(do(rapport, "remettre", consultant), "accepter", team)
    assert answer().ok and "accepté" in answer().detail
    assert "rapport final reçu" in evidence_for(convention.ingenierie)["finaliser.evaluation.collecte"].text


def test_who_must_act_is_told_and_nobody_else(world, convention, team, consultant, clock_at):
    prestataire = convention.choix.prestataire
    assert attendus(prestataire, consultant) == []
    clock_at("2027-10-20 10:00")
    assert "à remettre" in attendus(prestataire, consultant)[0].detail
    rapport = do(remise.written(convention), "remettre", consultant)
    assert attendus(prestataire, consultant) == []
    convention.ingenierie.charge_mission = world.user
    convention.ingenierie.save()
    assert len(a_lire(team)) == 1 and a_lire(actor_of(member())) == []
    do(rapport, "completer", team, reason="Les effets.")
    assert a_lire(team) == [] and "Les effets" in attendus(prestataire, consultant)[0].detail


# --- Recommendations ------------------------------------------------------------------------------------------------


@pytest.fixture
def preconisation(convention):
    rapport = remise.written(convention)
    row = services.add_preconisation(rapport, {"texte": "Se doter d’un tableau de bord partagé."}, actor=SYSTEM)
    row.rapport = do(rapport, "remettre", SYSTEM)
    return row


def test_a_recommendation_becomes_a_row_of_the_plan_once_a_structure(world, preconisation, team):
    suite = services.take_up(preconisation, world.structure, "ligne", actor=team)
    plan = PlanAccompagnement.objects.get(structure=world.structure.structure)
    assert plan.lignes.get() == suite.ligne and suite.ligne.difficulte == preconisation.texte
    with pytest.raises(InvalidInput, match="déjà reprise"):
        services.take_up(preconisation, world.structure, "ligne", actor=team)
    assert SuitePreconisation.objects.count() == 1


def test_a_recommendation_becomes_a_need_of_the_diagnostic_being_written(world, preconisation, team):
    theme = TypePrestation.objects.first()
    with pytest.raises(InvalidInput, match="thème"):
        services.take_up(preconisation, world.structure, "besoin", actor=team)
    suite = services.take_up(preconisation, world.structure, "besoin", type_prestation=theme, actor=team)
    assert suite.besoin.identifie and suite.besoin.diagnostic.structure == world.structure.structure


def test_a_shared_diagnostic_says_what_to_do_first(world, preconisation, team):
    diagnostic_of(world.structure.structure, shared=True)
    theme = TypePrestation.objects.first()
    with pytest.raises(NotAllowed, match="partagé avec la structure"):
        services.take_up(preconisation, world.structure, "besoin", type_prestation=theme, actor=team)


def test_it_is_taken_up_by_who_keeps_the_structure_and_once_the_report_is_there(world, convention, preconisation, team):
    ally = member(OrganisationFactory())
    convention.ingenierie.associes.add(actor_of(ally).organisation)
    with pytest.raises(NotAllowed, match="tenu par"):
        services.take_up(preconisation, world.structure, "ligne", actor=actor_of(ally))
    preconisation.rapport = do(preconisation.rapport, "completer", team, reason="Les effets.")
    with pytest.raises(InvalidInput, match="une fois le rapport reçu"):
        services.take_up(preconisation, world.structure, "ligne", actor=team)


# --- Pages ----------------------------------------------------------------------------------------------------------


def test_the_prestataire_writes_it_in_its_space_and_hands_it_over(client_for, world, convention):
    client = client_for(world.consultant)
    page = reverse("mission:rapport", args=[convention.pk])
    assert "Commencer le rapport" in client.get(page).content.decode()
    client.post(reverse("mission:rapport_commencer", args=[convention.pk]))
    rapport = RapportFinal.objects.get(convention=convention)
    etape = rapport.etapes.first()
    url = reverse("mission:rapport_etape", args=[convention.pk, etape.pk])
    assert client.get(url).status_code == 200
    client.post(url, {"contenu": "Entretiens", "methodes": "Écoute", "difficultes": "", "version": etape.version})
    section = reverse("mission:rapport_section", args=[convention.pk, "effets"])
    client.post(section, {"effets": "Un réseau.", "version": rapport.version})
    rapport.refresh_from_db()
    assert rapport.effets == "Un réseau." and rapport.etapes.first().contenu == "Entretiens"
    action = {"action": "remettre", "expected_state": "redaction", "version": rapport.version, "reason": ""}
    refused = client.post(reverse("mission:rapport_action", args=[convention.pk]), action)
    assert refused.status_code == 409 and "Il manque" in refused.content.decode()
    assert client.get(reverse("mission:rapport_docx", args=[convention.pk])).status_code == 200
    assert "Remettre le rapport" in client.get(page).content.decode()
    done = do(remise.written(convention), "remettre", SYSTEM)
    told = client.get(page).content.decode()
    assert done.state == "remis" and "pas encore possible" not in told and "Accepter le rapport" not in told
    stranger = client_for(UserFactory())
    assert stranger.get(page).status_code == 404 and stranger.get(url).status_code == 404


def test_the_team_takes_a_recommendation_up_in_its_page(client_for, world, convention, preconisation):
    client = client_for(world.user)
    args = [convention.ingenierie_id, convention.pk]
    page = client.get(reverse("missions:rapport", args=args)).content.decode()
    assert "En faire un besoin ou une ligne de plan" in page
    url = reverse("missions:preconisation_reprendre", args=[*args, preconisation.pk])
    client.post(url, {"structure": world.structure.pk, "sorte": "ligne", "type_prestation": ""})
    assert "Devenue une ligne de son plan" in client.get(reverse("missions:rapport", args=args)).content.decode()


def test_the_page_asks_the_same_whatever_the_report_holds(client_for, world, convention, preconisation, count_queries):
    client = client_for(world.user)
    page = reverse("missions:rapport", args=[convention.ingenierie_id, convention.pk])
    client.get(page)
    before = count_queries(lambda: client.get(page))
    rapport = do(preconisation.rapport, "completer", SYSTEM, reason="Plus.")
    for number in range(4):
        services.add_preconisation(rapport, {"texte": f"Préconisation {number}."}, actor=SYSTEM)
        remise.handed_over(convention, f"Production {number}")
    do(rapport, "remettre", SYSTEM)
    assert count_queries(lambda: client.get(page)) <= before + 1
