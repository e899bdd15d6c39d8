"""What « Engager » answers to the gates, to the checklist and to the tabs."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from core.clock import today
from engagement.budget.services.budget import confirm_budget
from engagement.budget.services.lignes import add_charge, add_ressource
from engagement.dla import expected_organisations
from engagement.objectifs.services import fix_resultats, set_objectifs, set_resultats
from engagement.partenaires.services import add_partenaire
from engagement.validation.models import AvisComite
from engagement.validation.services import record_avis, record_validation
from projects.cycle import gates
from projects.cycle.services import perform_action
from projects.enums import Cycle
from projects.evidence import EVIDENCE, evidence_for
from projects.ingenierie.models import Ingenierie
from projects.methodologie import methodology
from tests.engagement.conftest import text
from tests.factories import (
    Actor,
    OrganisationFactory,
    PartenaireFactory,
    engaged,
    fulfil_engager,
    ingenierie_of,
    member,
)

pytestmark = pytest.mark.django_db

SYSTEM = Actor.system("recette")


def condition(ingenierie, code):
    return next(c for c in gates.conditions_of(ingenierie) if c.definition.code == code)


def test_every_condition_of_engager_is_answered_and_opens_once_fulfilled(world, ingenierie):
    blocking = [c for c in gates.conditions_of(ingenierie) if c.definition.blocking]
    assert len(blocking) == 6 and not any(c.ok or c.attestable for c in blocking)
    ready = fulfil_engager(ingenierie)
    assert [c.detail for c in gates.conditions_of(ready) if c.blocks] == []
    fresh = perform_action(
        ready, "confirmer", actor=world.actor("pilote"), expected_state="engager", version=ready.version
    )
    assert fresh.state == "confirmer"


def test_each_condition_links_to_where_it_is_mended(client, ingenierie):
    for c in gates.conditions_of(ingenierie):
        if c.definition.blocking:
            assert client.get(c.url).status_code == 200, c.definition.code


def test_the_opinion_of_each_dla_is_needed_and_one_against_or_adjourned_waits_for_an_answer(world, ingenierie):
    def give(organisation, sens):
        record_avis(
            ingenierie,
            organisation,
            {"date": today(), "sens": sens, "commentaires": "Remarque."},
            actor=SYSTEM,
        )
        return condition(ingenierie, "comite_appui")

    found = give(world.pilote, "favorable")
    assert not found.ok and found.detail == "1\u00a0avis sur 2 : 1\u00a0favorable"
    found = give(world.associe, "ajourne")
    assert not found.ok and "1\u00a0ajourné ; 1\u00a0attend une réponse écrite" in found.detail
    found = give(world.associe, "defavorable")
    assert not found.ok and "1\u00a0défavorable ; 1\u00a0attend une réponse écrite" in found.detail
    assert give(world.associe, "reserves").ok


def test_an_opinion_of_a_dla_no_longer_associated_does_not_count(world, ingenierie):
    for organisation in (world.pilote, world.associe):
        record_avis(ingenierie, organisation, {"date": today(), "sens": "favorable"}, actor=SYSTEM)
    ingenierie.associes.set([world.voisin])
    found = condition(Ingenierie.objects.get(pk=ingenierie.pk), "comite_appui")
    assert not found.ok and found.detail.startswith("1\u00a0avis sur 2")


@pytest.mark.parametrize("associated", [0, 1, 3])
def test_a_c2ra_pilots_and_only_the_dla_are_asked(associated):
    c2ra, other = OrganisationFactory(c2ra=True), OrganisationFactory(c2ra=True)
    dlas = OrganisationFactory.create_batch(associated)
    ingenierie = engaged(c2ra, associes=[*dlas, other])
    assert {o.pk for o in expected_organisations(ingenierie)} == {o.pk for o in dlas}
    found = condition(ingenierie, "comite_appui")
    assert found.ok == (associated == 0)
    for dla in dlas:
        record_avis(ingenierie, dla, {"date": today(), "sens": "favorable"}, actor=SYSTEM)
    assert condition(ingenierie, "comite_appui").ok


def test_budget_objectives_and_validation_say_what_is_missing(ingenierie):
    add_charge(ingenierie, {"libelle": "Prestataire", "montant": "350.00"}, actor=SYSTEM)
    set_objectifs(ingenierie, actor=SYSTEM, strategiques=["consolider"], objet="La démarche.")
    assert condition(ingenierie, "budget_equilibre").detail == "Il manque 350,00\u00a0€ de ressources"
    assert condition(ingenierie, "objectifs").detail == "il manque un objectif opérationnel"
    assert condition(ingenierie, "objectifs_evaluation").detail == "il manque les raisons de l’évaluation"
    record_validation(ingenierie, ingenierie.pilote, {"commentaires": "À l’ordre du jour."}, actor=SYSTEM)
    assert not condition(ingenierie, "porteur").ok


def test_the_gate_adds_to_the_cent_on_both_databases(ingenierie):
    for n in range(30):
        add_charge(ingenierie, {"libelle": f"Copie {n}", "montant": "0.10"}, actor=SYSTEM)
    add_ressource(ingenierie, {"nature": "credits_dla", "demande": "2.99"}, actor=SYSTEM)
    assert condition(ingenierie, "budget_equilibre").detail == "Il manque 0,01\u00a0€ de ressources"
    add_ressource(ingenierie, {"nature": "etat", "financeur": "DRAC", "demande": "0.01"}, actor=SYSTEM)
    assert condition(ingenierie, "budget_equilibre").ok
    add_charge(ingenierie, {"libelle": "Énorme", "montant": "9999999999.99"}, actor=SYSTEM)
    add_ressource(ingenierie, {"nature": "credits_dla", "demande": "9999999999.98"}, actor=SYSTEM)
    assert condition(ingenierie, "budget_equilibre").detail == "Il manque 0,01\u00a0€ de ressources"


def test_confirmer_asks_results_fixed_and_budget_confirmed(ingenierie):
    ready = fulfil_engager(ingenierie)
    there = perform_action(ready, "confirmer", actor=SYSTEM, expected_state="engager", version=ready.version)
    assert not condition(there, "resultats").ok and not condition(there, "budget_confirme").ok
    set_resultats(there, [{"libelle": "Un"}, {"libelle": "Deux"}], actor=SYSTEM)
    assert condition(there, "resultats").detail == "0\u00a0résultat fixé sur 2"
    fix_resultats(there, actor=SYSTEM)
    confirm_budget(there, actor=SYSTEM)
    assert condition(there, "resultats").ok and condition(there, "budget_confirme").ok


def test_gates_cost_the_same_for_1_and_25_ingenieries(count_queries):
    pilote = OrganisationFactory()
    rows = [engaged(pilote, titre=f"Ingénierie {n}") for n in range(25)]
    gates.evaluate(rows[:1])
    assert count_queries(lambda: gates.evaluate(rows)) == count_queries(lambda: gates.evaluate(rows[:1])) <= 2


def test_evidence_is_registered_for_actions_that_exist_and_shows_facts(ingenierie):
    known = {code for cycle in Cycle for code in methodology.get(methodology.current_id(cycle)).actions}
    ours = [code for code, _ in EVIDENCE.items() if code.startswith("engager.")]
    assert len(ours) == 14
    # Several proofs of one action are told apart by what follows the « + ».
    assert {code.partition("+")[0] for code in ours} <= known
    assert not [code for code in evidence_for(ingenierie) if code.startswith("engager.")]
    fulfil_engager(ingenierie)
    partenaire = add_partenaire(
        ingenierie,
        PartenaireFactory(organisation=ingenierie.pilote),
        actor=SYSTEM,
        values={
            "problematique_partagee": "oui",
            "complementaire": "oui",
            "interet": "non",
            "attentes": "Sa visibilité.",
            "systeme_intervenant": True,
        },
    )
    assert partenaire.systeme_intervenant
    found = {code: e.text.replace("\u00a0", " ").replace("\u202f", " ") for code, e in evidence_for(ingenierie).items()}
    assert found["engager.partenariat.reseau"] == "2 partenaires associés"
    assert found["engager.partenariat.interet"] == "1 partenaire a répondu aux trois vérifications"
    assert found["engager.validation.comite"] == "2 avis sur 2 : 2 favorables"
    assert found["engager.validation.budget"] == "Le budget est équilibré à 15 000,00 €."
    # A plan and an answer on what exists are not in this dossier.
    others = {"engager.plan.lignes", "engager.plan.mission", "engager.partenariat.interet+existant"}
    assert {code for code in found if code.startswith("engager.")} == set(ours) - others


def test_the_tabs_carry_their_state(client, ingenierie):
    fulfil_engager(ingenierie)
    AvisComite.objects.last().delete()
    page = text(client.get(reverse("projects:detail", args=[ingenierie.pk])))
    for label, badge in (("Partenaires", "1"), ("Objectifs", "2"), ("Validation", "3/4"), ("Budget", "équilibré")):
        state = rf'<span class="badge-state" id="[a-z-]+">{badge}</span>'
        assert re.search(rf'{label}(<span class="visually-hidden">[^<]+</span>)? {state}', page), label


def test_a_closed_ingenierie_is_read_and_not_written(client_for, world):
    ingenierie = ingenierie_of(world.pilote)
    closed = perform_action(
        ingenierie, "abandonner", actor=SYSTEM, expected_state="identifier", version=1, reason="Sans suite."
    )
    client = client_for(member(world.pilote))
    for route in ("partenaires", "objectifs", "validation", "budget"):
        page = text(client.get(reverse(f"engagement:{route}", args=[closed.pk])))
        assert "Modifier" not in page and "Ajouter" not in page
    answer = client.post(reverse("engagement:objectifs_modifier", args=[closed.pk]), {"version": 0})
    assert answer.status_code == 403 and "rouvrez-la" in text(answer)
