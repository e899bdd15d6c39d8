"""The synthesis: begun once, written register by register beside the facts, fixed, opened again with a reason."""

from __future__ import annotations

import copy
from decimal import Decimal

import pytest
from django.urls import reverse

from core.errors import ConditionsNotMet, EditConflict, InvalidInput, NotAllowed
from core.models import FrozenError, JournalEntry
from engagement.budget.models import LigneCharge
from engagement.budget.services.lignes import add_charge
from evaluation.synthese.contenu import blocs, construire, graphiques
from evaluation.synthese.models import Synthese
from evaluation.synthese.permissions import readable, readable_versions
from evaluation.synthese.registry import faits_de
from evaluation.synthese.services import synthese as services
from mobilisation.projet.enums import Registre
from projects import facts
from projects.cycle.gates import CONDITIONS
from projects.evidence import evidence_for
from projects.ingenierie.models import Ingenierie
from tests.evaluation.synthese import scene
from tests.factories import OrganisationFactory, RegionFactory, actor_of, member, member_actor

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def made(shared):
    return shared(lambda: scene.written(scene.signed(OrganisationFactory(name="DLA du Val"))))


@pytest.fixture
def synthese(made, db):
    return copy.deepcopy(made)


@pytest.fixture
def ingenierie(synthese):
    return synthese.ingenierie


@pytest.fixture
def user(ingenierie):
    return member(ingenierie.pilote)


@pytest.fixture
def got(client_for, user, ingenierie):
    client = client_for(user)
    return lambda name, *more: client.get(reverse(f"evaluation:{name}", args=[ingenierie.pk, *more]))


def condition(ingenierie):
    provider = CONDITIONS.get("evaluation")
    return provider.read(facts.fetch([ingenierie.pk], [provider])[ingenierie.pk], ingenierie)


def test_it_is_begun_once_by_the_team(synthese, ingenierie):
    with pytest.raises(InvalidInput, match="déjà commencée"):
        services.begin(ingenierie, actor=scene.SYSTEM)
    with pytest.raises(NotAllowed, match="organisations associées"):
        services.begin(ingenierie, actor=member_actor())
    assert Synthese.objects.filter(ingenierie=ingenierie).count() == 1


def test_two_people_write_two_registers_and_do_not_meet(synthese, ingenierie):
    first, second = actor_of(member(ingenierie.pilote)), actor_of(member(ingenierie.pilote))
    services.write(synthese, {"pertinence": "Oui."}, actor=first, expected_version=synthese.version)
    services.write(synthese, {"efficience": "Oui."}, actor=second, expected_version=synthese.version)
    with pytest.raises(EditConflict):
        services.write(synthese, {"pertinence": "Non."}, actor=second, expected_version=synthese.version)
    found = scene.fresh(synthese)
    assert (found.pertinence, found.efficience) == ("Oui.", "Oui.")


def test_the_facts_are_those_of_the_dossier(ingenierie):
    faits = faits_de(ingenierie)
    couts = {fait.libelle: fait for fait in faits[Registre.EFFICIENCE]}
    external = couts["Prestations extérieures (TTC), budget puis conventions"]
    assert external.nombres == (Decimal("15000.00"), Decimal("12000.01"))
    confirmed = next(f for f in faits[Registre.PERTINENCE] if f.libelle == "Structures confirmées")
    assert confirmed.realise == "3"
    assert any(f.libelle.startswith("Jours d’intervention") and f.realise == "6\xa0jours"
               for f in faits[Registre.COHERENCE])  # fmt: skip
    assert any(f.libelle == "Étape « Engager »" for f in faits[Registre.EFFICIENCE])


def test_what_has_numbers_on_both_sides_is_drawn_with_its_table(synthese):
    charts = {chart["titre"]: chart for chart in graphiques(construire(synthese))}
    costs = charts["Coûts prévus et réels"]
    assert costs["donnees"]["unit"] == "" and costs["donnees"]["series"][0]["values"][0] == 15000.0
    assert [row[0] for row in costs["lignes"]] == costs["donnees"]["bars"]
    assert "Coûts prévus et réels" not in {c["titre"] for c in graphiques(construire(synthese), sans_couts=True)}


def test_it_is_fixed_when_every_register_is_written(synthese):
    services.write(synthese, {"efficience": " "}, actor=scene.SYSTEM)
    with pytest.raises(ConditionsNotMet) as refused:
        scene.moved(synthese, "arreter")
    assert refused.value.reasons == ["Il manque « Efficience »."]


def test_the_pilot_alone_fixes_it(synthese, ingenierie):
    associated = OrganisationFactory()
    ingenierie.associes.add(associated)
    her = member_actor(associated)
    services.write(scene.fresh(synthese), {"pertinence": "Écrite par l’associé."}, actor=her)
    with pytest.raises(NotAllowed, match="revient au pilote"):
        scene.moved(synthese, "arreter", actor=her)
    assert scene.moved(synthese, "arreter", actor=actor_of(member(ingenierie.pilote))).is_fixed


def test_what_is_fixed_holds_whatever_the_dossier_becomes(synthese, ingenierie):
    done = scene.moved(synthese, "arreter")
    version = services.last_version(done)
    before = version.data
    add_charge(ingenierie, {"libelle": "Salle", "montant": "5000.00"}, actor=scene.SYSTEM)
    assert LigneCharge.objects.filter(ingenierie=ingenierie).count() == 2
    with pytest.raises(NotAllowed, match="arrêtée"):
        services.write(done, {"pertinence": "Reprise."}, actor=scene.SYSTEM)
    with pytest.raises(FrozenError):
        version.delete()
    kept = services.last_version(done)
    assert kept.data == before and kept.is_intact and kept.arretee
    assert "Consolider et développer" in kept.contenu


def test_opened_again_with_a_reason_the_former_version_stays(synthese, ingenierie):
    done = scene.moved(synthese, "arreter")
    with pytest.raises(InvalidInput, match="motif"):
        scene.moved(done, "rouvrir")
    again = scene.moved(done, "rouvrir", reason="Un rapport est arrivé après coup.")
    assert not condition(ingenierie).ok
    services.write(again, {"pertinence": "Reprise."}, actor=scene.SYSTEM)
    last = scene.moved(again, "arreter")
    numbers = list(last.versions.values_list("numero", "arretee"))
    assert numbers == [(2, True), (1, True)] and condition(ingenierie).ok


def test_the_gate_asks_that_it_be_fixed(synthese, ingenierie):
    assert (condition(ingenierie).ok, condition(ingenierie).detail) == (False, "brouillon")
    scene.moved(synthese, "arreter")
    assert condition(ingenierie).ok and condition(ingenierie).detail.startswith("arrêtée le")


def test_what_it_says_shows_beside_the_actions_of_the_demarche(synthese, ingenierie):
    found = evidence_for(Ingenierie.objects.get(pk=ingenierie.pk))
    assert found["finaliser.evaluation.coherence"].text == "Cohérence et pertinence écrites"
    assert "4\xa0points écrits" in found["finaliser.evaluation.collecte"].text
    assert "finaliser.evaluation.synthese" not in found
    scene.moved(synthese, "partager")
    assert evidence_for(Ingenierie.objects.get(pk=ingenierie.pk))["finaliser.evaluation.synthese"].text == (
        "Synthèse partagée"
    )


def test_the_document_presents_the_demarche_then_the_four_registers(synthese):
    headings = [block.text for block in blocs(construire(synthese)) if block.kind == "heading" and block.level == 2]
    assert headings == [
        "Présenter la démarche",
        "Comment l’évaluation a été faite",
        "Cohérence",
        "Pertinence",
        "Efficacité",
        "Efficience",
        "Annexe : les tableaux de la fiche de présentation",
    ]
    parts = [block.text for block in blocs(construire(synthese)) if block.kind == "heading" and block.level == 3]
    assert parts[:3] == ["Problématique révélée", "Objectifs fixés", "Moyens mobilisés"]


def test_the_page_costs_the_same_for_three_structures_and_for_thirty(got, ingenierie, count_queries):
    got("synthese")
    few = count_queries(lambda: got("synthese"))
    scene.with_structures(ingenierie, 27)
    assert count_queries(lambda: got("synthese")) == few
    assert "Structures confirmées" in got("synthese").content.decode()


def test_the_region_reads_it_only_once_the_pilot_shows_it(synthese, ingenierie, client_for):
    neighbour = client_for(member(OrganisationFactory(region=ingenierie.pilote.region)))
    address = reverse("evaluation:synthese_de_la_region", args=[ingenierie.pk])
    with pytest.raises(InvalidInput, match="Arrêtez d’abord"):
        services.show_region(synthese, True, actor=scene.SYSTEM)
    done = scene.moved(synthese, "arreter")
    assert neighbour.get(address).status_code == 404
    assert address not in neighbour.get(reverse("projects:resume", args=[ingenierie.pk])).content.decode()
    services.show_region(done, True, actor=actor_of(member(ingenierie.pilote)))
    said = neighbour.get(address).content.decode()
    assert "Trois résultats sur quatre" in said and "€" not in said
    assert str(ingenierie.structures_ciblees.first()) not in said
    assert address in neighbour.get(reverse("projects:resume", args=[ingenierie.pk])).content.decode()
    assert client_for(member(OrganisationFactory(region=RegionFactory()))).get(address).status_code == 404


def test_the_pages_of_the_team(got, synthese, ingenierie, client_for, user):
    for name, *more in (("synthese",), ("synthese_ecrire", "collecte"), ("synthese_ecrire", "coherence"),
                        ("synthese_ecrire", "enseignements"), ("synthese_docx",)):  # fmt: skip
        assert got(name, *more).status_code == 200, name
    assert got("synthese_ecrire", "ailleurs").status_code == 404
    client = client_for(user)
    data = {"action": "arreter", "expected_state": "brouillon", "version": synthese.version}
    answer = client.post(reverse("evaluation:synthese_action", args=[ingenierie.pk]), data)
    assert answer.status_code == 302
    shown = got("synthese").content.decode()
    assert "Rouvrir la synthèse" in shown and "telle qu’elle était quand la synthèse a été arrêtée" in shown
    assert got("synthese_version", 1).status_code == 200
    assert got("synthese_ecrire", "coherence").status_code == 403


def test_before_it_is_begun_the_page_says_what_it_is_for(client_for):
    ingenierie = scene.mission.dossier(OrganisationFactory())
    client = client_for(member(ingenierie.pilote))
    assert "Commencer la synthèse" in client.get(reverse("evaluation:synthese", args=[ingenierie.pk])).content.decode()
    client.post(reverse("evaluation:synthese_commencer", args=[ingenierie.pk]))
    assert Synthese.objects.get(ingenierie=ingenierie).state == "brouillon"


def test_who_only_follows_the_ingenierie_reads_no_draft_no_version_no_recipient(synthese, ingenierie, client_for):
    done = scene.moved(synthese, "partager")
    c2ra = member(OrganisationFactory(c2ra=True, region=ingenierie.pilote.region))
    client = client_for(c2ra)
    page = client.get(reverse("evaluation:synthese", args=[ingenierie.pk]))
    assert page.status_code == 200 and "Trois résultats sur quatre" not in page.text
    for name, *more in (("synthese_version", 1), ("synthese_docx",), ("synthese_destinataires",)):
        assert client.get(reverse(f"evaluation:{name}", args=[ingenierie.pk, *more])).status_code == 404, name
    versions = [version.pk for version in done.versions.all()]
    assert versions and not readable_versions(versions, actor_of(c2ra)) and not readable([done.pk], actor_of(c2ra))
    team = actor_of(member(ingenierie.pilote))
    assert readable_versions(versions, team) == set(versions) and readable([done.pk], team) == {done.pk}
    services.show_region(scene.moved(done, "arreter"), True, actor=team)
    shown = client.get(reverse("evaluation:synthese", args=[ingenierie.pk]), follow=True)
    assert "Trois résultats sur quatre" in shown.text and "€" not in shown.text


def test_the_journal_which_the_region_reads_says_that_it_was_written_not_what(synthese):
    services.write(synthese, {"pertinence": "Une conclusion pas encore partagée."}, actor=scene.SYSTEM)
    told = str(list(JournalEntry.objects.values()))
    assert "evaluation.synthese_ecrite" in told and "pertinence" in told
    assert "Une conclusion pas encore" not in told and "Trois résultats sur quatre" not in told
