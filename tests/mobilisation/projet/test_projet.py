"""The projet d'intervention: sections, scenarios, groups, what they answer to the gate."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from core.actor import Actor
from core.errors import EditConflict, InvalidInput, NotAllowed, StaleState
from core.models import JournalEntry
from mobilisation import services
from mobilisation.models import CadreEvaluation, Groupe, ProjetIntervention, Scenario
from projects import gates
from projects.evidence import evidence_for
from projects.gates import CONDITIONS
from projects.models import StructureCiblee
from tests.factories import OrganisationFactory, StructureFactory, actor_of, ingenierie_of, member

SYSTEM = Actor.system("recette")


@pytest.fixture
def dla(db):
    return OrganisationFactory(name="DLA du Val")


@pytest.fixture
def dossier(dla):
    return ingenierie_of(dla)


@pytest.fixture
def adviser(dla):
    return member(dla)


def targeted(dossier, count=1, state="confirmee"):
    return [
        StructureCiblee.objects.create(
            ingenierie=dossier, structure=StructureFactory(organisation=dossier.pilote), state=state
        )
        for _ in range(count)
    ]


def answer(code, dossier):
    from projects import facts

    provider = CONDITIONS.get(code)
    return provider.read(facts.fetch([dossier.pk], [provider])[dossier.pk], dossier)


# --- Sections -------------------------------------------------------------------------------------------------------


def test_reading_the_page_writes_nothing(client_for, adviser, dossier):
    response = client_for(adviser).get(reverse("mobilisation:projet", args=[dossier.pk]))

    assert response.status_code == 200
    assert "Constituer le premier groupe" in response.content.decode()
    assert not ProjetIntervention.objects.exists()
    assert not CadreEvaluation.objects.exists()


def test_a_section_is_saved_and_journaled(client_for, adviser, dossier):
    response = client_for(adviser).post(
        reverse("mobilisation:objectifs", args=[dossier.pk]),
        {"version": "0", "objectifs_collectifs": "Mutualiser l’accueil.", "suites": "Calendrier revu."},
    )

    assert response.status_code == 302
    projet = ProjetIntervention.objects.get(ingenierie=dossier)
    assert projet.objectifs_collectifs == "Mutualiser l’accueil."
    entry = JournalEntry.objects.get(verb="mobilisation.projet")
    assert entry.scope_id == dossier.pk
    assert entry.changes["objectifs_collectifs"] == ["", "Mutualiser l’accueil."]


def test_two_first_writers_of_one_section_are_told_and_lose_nothing(client_for, dla, dossier):
    first, second = client_for(member(dla, first_name="Alix", last_name="Un")), client_for(member(dla))
    url = reverse("mobilisation:objectifs", args=[dossier.pk])
    first.post(url, {"version": "0", "objectifs_collectifs": "Le premier texte."})

    response = second.post(url, {"version": "0", "objectifs_collectifs": "Le second texte."})

    page = response.content.decode()
    assert response.status_code == 409
    assert "Le premier texte." in page
    assert "Le second texte." in page
    assert "Alix Un" in page
    assert ProjetIntervention.objects.get().objectifs_collectifs == "Le premier texte."


def test_two_people_on_two_sections_do_not_meet(dossier):
    services.update_projet(dossier, actor=SYSTEM, expected_version=0, values={"objectifs_collectifs": "A"})

    services.update_projet(dossier, actor=SYSTEM, expected_version=0, values={"temps_pilote": "Au démarrage"})

    projet = ProjetIntervention.objects.get()
    assert (projet.objectifs_collectifs, projet.temps_pilote, projet.version) == ("A", "Au démarrage", 2)
    with pytest.raises(EditConflict):
        services.update_projet(dossier, actor=SYSTEM, expected_version=0, values={"objectifs_collectifs": "B"})


@pytest.mark.parametrize(
    ("days", "words"),
    [
        ("4,25", "chiffre après la virgule"),
        ("4,3", "demi-journées"),
        ("0", "au moins une demi-journée"),
        ("-2", "au moins une demi-journée"),
        ("beaucoup", "Saisissez un nombre"),
        ("1e999", ""),
    ],
)
def test_days_are_counted_by_halves(client_for, adviser, dossier, days, words):
    response = client_for(adviser).post(
        reverse("mobilisation:intervention", args=[dossier.pk]), {"version": "0", "jours": days}
    )

    assert response.status_code == 422
    assert words in response.content.decode()
    assert not ProjetIntervention.objects.exists()


def test_days_are_told_in_half_days_too(client_for, adviser, dossier):
    client = client_for(adviser)
    client.post(reverse("mobilisation:intervention", args=[dossier.pk]), {"version": "0", "jours": "4,5"})

    page = client.get(reverse("mobilisation:projet", args=[dossier.pk])).content.decode()

    assert ProjetIntervention.objects.get().jours == Decimal("4.5")
    assert "9\u00a0demi-journées" in page


def test_a_text_far_too_long_is_refused_with_words(client_for, adviser, dossier):
    response = client_for(adviser).post(
        reverse("mobilisation:objectifs", args=[dossier.pk]), {"version": "0", "objectifs_collectifs": "é" * 20_001}
    )

    assert response.status_code == 422
    assert "Ce texte est trop long" in response.content.decode()


def test_the_accroche_is_that_of_the_ingenierie_and_the_pilot_s(client_for, dla, dossier):
    url = reverse("mobilisation:accroche", args=[dossier.pk])
    associated = OrganisationFactory()
    from projects.services import update_identite

    update_identite(dossier, actor=SYSTEM, expected_version=None, values={}, many_to_many={"associes": [associated]})
    dossier.refresh_from_db()

    refused = client_for(member(associated)).get(url)
    accepted = client_for(member(dla)).post(url, {"version": dossier.version, "accroche": "Ensemble, autrement"})

    assert refused.status_code == 403
    assert "Cette décision revient au pilote" in refused.content.decode()
    assert accepted.status_code == 302
    dossier.refresh_from_db()
    assert dossier.accroche == "Ensemble, autrement"


# --- Scenarios ------------------------------------------------------------------------------------------------------


def test_one_scenario_only_is_kept(dossier):
    one = services.add_scenario(dossier, actor=SYSTEM, values={"nom": "Un", "rythme": "Mensuel"})
    two = services.add_scenario(dossier, actor=SYSTEM, values={"nom": "Deux"})

    services.keep_scenario(one, actor=SYSTEM)
    services.keep_scenario(two, actor=SYSTEM)
    services.keep_scenario(two, actor=SYSTEM)

    assert list(Scenario.objects.filter(retenu=True)) == [two]
    assert JournalEntry.objects.filter(verb="mobilisation.scenario_retenu").count() == 2
    assert JournalEntry.objects.filter(verb="mobilisation.scenario_ecarte").count() == 1


@pytest.mark.sqlite
def test_the_database_refuses_two_kept_scenarios(dossier):
    Scenario.objects.create(ingenierie=dossier, nom="Un", retenu=True)

    with pytest.raises(IntegrityError), transaction.atomic():
        Scenario.objects.create(ingenierie=dossier, nom="Deux", retenu=True)


def test_scenarios_are_written_kept_and_withdrawn_on_their_pages(client_for, adviser, dossier):
    client = client_for(adviser)
    client.post(reverse("mobilisation:scenario_nouveau", args=[dossier.pk]), {"nom": "Décentralisé", "lieu": "Bourges"})
    scenario = Scenario.objects.get()
    client.post(
        reverse("mobilisation:scenario", args=[dossier.pk, scenario.pk]),
        {"version": scenario.version, "nom": "Décentralisé", "lieu": "Vierzon"},
    )
    client.post(reverse("mobilisation:scenario_retenir", args=[dossier.pk, scenario.pk]))
    scenario.refresh_from_db()
    assert (scenario.lieu, scenario.retenu) == ("Vierzon", True)
    assert "retenu" in client.get(reverse("mobilisation:projet", args=[dossier.pk])).content.decode()

    url = reverse("mobilisation:scenario_retirer", args=[dossier.pk, scenario.pk])
    assert client.post(url).status_code == 302
    assert client.post(url).status_code == 404
    with pytest.raises(StaleState):
        services.remove_scenario(scenario, actor=SYSTEM)
    assert JournalEntry.objects.get(verb="mobilisation.scenario_retire").changes["lieu"] == ["Vierzon", None]


# --- Groups ---------------------------------------------------------------------------------------------------------


def test_a_structure_put_in_a_group_leaves_the_other(dossier):
    a, b = targeted(dossier, 2)
    one = services.add_groupe(dossier, actor=SYSTEM, values={"nom": "Nord"}, structures=[a, b])
    two = services.add_groupe(dossier, actor=SYSTEM, values={"nom": "Sud"}, structures=[b])

    assert list(one.structures.all()) == [a]
    assert list(two.structures.all()) == [b]
    told = JournalEntry.objects.filter(verb="mobilisation.groupe", object_id=one.pk).latest("pk").changes["structures"]
    assert told == [sorted([str(a), str(b)]), [str(a)]]


def test_a_group_takes_no_structure_of_another_ingenierie(client_for, adviser, dossier, dla):
    stranger = targeted(ingenierie_of(dla))[0]

    with pytest.raises(InvalidInput, match="structures de cette ingénierie"):
        services.add_groupe(dossier, actor=SYSTEM, values={"nom": "Nord"}, structures=[stranger])
    response = client_for(adviser).post(
        reverse("mobilisation:groupe_nouveau", args=[dossier.pk]), {"nom": "Nord", "structures": [stranger.pk]}
    )

    assert response.status_code == 422
    assert not Groupe.objects.exists()


def test_two_groups_do_not_bear_the_same_name(client_for, adviser, dossier):
    services.add_groupe(dossier, actor=SYSTEM, values={"nom": "Nord"})

    response = client_for(adviser).post(reverse("mobilisation:groupe_nouveau", args=[dossier.pk]), {"nom": "Nord"})

    assert response.status_code == 422
    assert "porte déjà ce nom" in response.content.decode()
    other = services.add_groupe(dossier, actor=SYSTEM, values={"nom": "Sud"})
    with pytest.raises(InvalidInput):
        services.update_groupe(other, actor=SYSTEM, expected_version=None, values={"nom": "Nord"})


def test_a_stale_group_is_refused_and_nothing_moves(dossier):
    a, b = targeted(dossier, 2)
    groupe = services.add_groupe(dossier, actor=SYSTEM, values={"nom": "Nord"}, structures=[a])
    other = services.add_groupe(dossier, actor=SYSTEM, values={"nom": "Sud"}, structures=[b])
    services.update_groupe(groupe, actor=SYSTEM, expected_version=None, values={"profil": "Changé"})

    with pytest.raises(EditConflict):
        services.update_groupe(
            groupe, actor=SYSTEM, expected_version=groupe.version, values={"profil": "Autre"}, structures=[a, b]
        )

    assert list(other.structures.all()) == [b]


def test_the_groups_page_shows_who_is_where(client_for, adviser, dossier):
    a, b = targeted(dossier, 2)
    services.add_groupe(
        dossier, actor=SYSTEM, values={"nom": "Nord", "vigilance_concurrence": "Deux voisines"}, structures=[a]
    )

    page = client_for(adviser).get(reverse("mobilisation:groupes", args=[dossier.pk])).content.decode()

    assert "1\u00a0structure, 1\u00a0confirmée" in page
    assert "Deux voisines" in page
    assert "Sans groupe" in page
    assert str(b.structure) in page


def test_pages_cost_the_same_with_one_structure_and_with_thirty(client_for, adviser, dossier, count_queries):
    client = client_for(adviser)
    rows = targeted(dossier, 1)
    services.add_groupe(dossier, actor=SYSTEM, values={"nom": "Groupe 0"}, structures=rows)
    services.add_scenario(dossier, actor=SYSTEM, values={"nom": "Scénario 0"})
    urls = [
        reverse("mobilisation:projet", args=[dossier.pk]),
        reverse("mobilisation:groupes", args=[dossier.pk]),
        reverse("mobilisation:groupe_nouveau", args=[dossier.pk]),
    ]
    for url in urls:
        client.get(url)
    before = [count_queries(lambda u=url: client.get(u)) for url in urls]

    rows = targeted(dossier, 30)
    for n in range(1, 6):
        services.add_groupe(dossier, actor=SYSTEM, values={"nom": f"Groupe {n}"}, structures=rows[n * 5 : n * 5 + 5])
        services.add_scenario(dossier, actor=SYSTEM, values={"nom": f"Scénario {n}"})

    assert [count_queries(lambda u=url: client.get(u)) for url in urls] == before


# --- What the cycle is told -----------------------------------------------------------------------------------------


def test_the_gate_asks_for_a_group_with_a_confirmed_structure(dossier):
    assert answer("groupes", dossier).detail == "aucun groupe"
    (structure,) = targeted(dossier, 1, state="interessee")
    services.add_groupe(dossier, actor=SYSTEM, values={"nom": "Nord"}, structures=[structure])
    assert not answer("groupes", dossier).ok

    (confirmed,) = targeted(dossier)
    services.update_groupe(
        Groupe.objects.get(), actor=SYSTEM, expected_version=None, values={}, structures=[structure, confirmed]
    )

    assert answer("groupes", dossier).ok
    assert "1\u00a0structure confirmée" in answer("groupes", dossier).detail


def test_the_gate_asks_for_an_adopted_evaluation_framework(dossier):
    assert not answer("cadre_evaluation", dossier).ok
    services.update_cadre_evaluation(
        dossier, actor=SYSTEM, expected_version=None, values={"objet": "La démarche", "registres": ["efficacite"]}
    )
    assert answer("cadre_evaluation", dossier).detail == (
        "il manque les outils et indicateurs, la participation des acteurs"
    )

    services.update_cadre_evaluation(
        dossier,
        actor=SYSTEM,
        expected_version=None,
        values={"outils": "Un questionnaire", "participation_structures": "Elles y répondent"},
    )

    assert answer("cadre_evaluation", dossier).ok


def test_the_conditions_are_those_of_the_gate_of_confirmer(dossier):
    from projects import methodology

    codes = {d.code for d in methodology.get(dossier.methodologie_id).gates["confirmer"]}

    assert {"groupes", "cadre_evaluation", "type_ingenierie"} <= codes
    assert gates.CONDITIONS.get("groupes").url(dossier.pk).endswith("/projet-intervention/groupes/")


def test_evidence_is_shown_for_the_actions_of_confirmer(dossier):
    assert not {c for c in evidence_for(dossier) if c.startswith(("confirmer.projet", "confirmer.modalites.cond"))}
    scenario = services.add_scenario(dossier, actor=SYSTEM, values={"nom": "Un"})
    services.update_projet(
        dossier,
        actor=SYSTEM,
        expected_version=None,
        values={"objectifs_collectifs": "Ensemble", "systeme_intervenant": "Un prestataire"},
    )
    services.add_groupe(dossier, actor=SYSTEM, values={"nom": "Nord"})

    found = evidence_for(dossier)

    assert found["confirmer.modalites.conditions"].text == "1\u00a0scénario, aucun retenu"
    assert found["confirmer.projet.adaptation"].text == "Objectifs collectifs"
    assert found["confirmer.projet.formalisation"].text == "système intervenant"
    assert found["confirmer.mobilisation.groupes"].text == "1\u00a0groupe, 0\u00a0structure"

    services.keep_scenario(scenario, actor=SYSTEM)
    assert evidence_for(dossier)["confirmer.modalites.conditions"].text == "1\u00a0scénario, un retenu"


# --- Rights ---------------------------------------------------------------------------------------------------------


def _routes(dossier, scenario, groupe):
    pk = dossier.pk
    return {
        "get": [
            reverse("mobilisation:projet", args=[pk]),
            reverse("mobilisation:groupes", args=[pk]),
        ],
        "edit": [
            reverse(f"mobilisation:{name}", args=[pk])
            for name in ("objectifs", "intervention", "accroche", "cadre", "scenario_nouveau", "groupe_nouveau")
        ]
        + [
            reverse("mobilisation:scenario", args=[pk, scenario.pk]),
            reverse("mobilisation:groupe", args=[pk, groupe.pk]),
        ],
        "post": [
            reverse("mobilisation:scenario_retenir", args=[pk, scenario.pk]),
            reverse("mobilisation:scenario_retirer", args=[pk, scenario.pk]),
            reverse("mobilisation:groupe_defaire", args=[pk, groupe.pk]),
        ],
    }


@pytest.fixture
def furnished(dossier):
    scenario = services.add_scenario(dossier, actor=SYSTEM, values={"nom": "Un"})
    groupe = services.add_groupe(dossier, actor=SYSTEM, values={"nom": "Nord"}, structures=targeted(dossier))
    return dossier, scenario, groupe


def test_a_neighbouring_dla_meets_a_404_on_every_address(client_for, furnished):
    client = client_for(member(OrganisationFactory()))
    routes = _routes(*furnished)

    for url in routes["get"] + routes["edit"]:
        assert client.get(url).status_code == 404, url
    for url in routes["edit"] + routes["post"]:
        assert client.post(url, {"version": "1", "nom": "x"}).status_code == 404, url
    assert Scenario.objects.get().retenu is False
    assert Groupe.objects.exists()


def test_who_reads_only_may_read_and_not_write(client_for, dla, furnished):
    for user in (member(dla, role="lecture"), member(OrganisationFactory(c2ra=True))):
        client = client_for(user)
        routes = _routes(*furnished)
        for url in routes["get"]:
            assert client.get(url).status_code == 200, url
        for url in routes["edit"] + routes["post"]:
            assert client.post(url, {"version": "1", "nom": "x"}).status_code == 403, url
        with pytest.raises(NotAllowed):
            services.update_projet(furnished[0], actor=actor_of(user), expected_version=0, values={"suites": "x"})


def test_an_id_of_another_dossier_of_one_s_own_is_a_404(client_for, adviser, dla, furnished):
    other = ingenierie_of(dla)
    client = client_for(adviser)
    _, scenario, groupe = furnished

    for name, pk in (("scenario", scenario.pk), ("groupe", groupe.pk)):
        assert client.get(reverse(f"mobilisation:{name}", args=[other.pk, pk])).status_code == 404
    for name, pk in (
        ("scenario_retenir", scenario.pk), ("scenario_retirer", scenario.pk), ("groupe_defaire", groupe.pk),
    ):  # fmt: skip
        assert client.post(reverse(f"mobilisation:{name}", args=[other.pk, pk])).status_code == 404


def test_a_reader_never_changes_anything_by_following_a_link(client_for, adviser, furnished):
    client = client_for(adviser)

    for url in _routes(*furnished)["post"]:
        assert client.get(url).status_code == 405, url


def test_a_closed_ingenierie_is_read_only(client_for, adviser, furnished):
    from projects.services import perform_action

    dossier = furnished[0]
    dossier.refresh_from_db()
    perform_action(
        dossier, "abandonner", actor=SYSTEM, expected_state="identifier", version=dossier.version, reason="Fini"
    )

    response = client_for(adviser).post(reverse("mobilisation:objectifs", args=[dossier.pk]), {"version": "0"})

    assert response.status_code == 403
    assert "rouvrez-la" in response.content.decode()
