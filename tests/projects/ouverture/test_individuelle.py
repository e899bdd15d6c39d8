"""Ingénierie individuelle: the second cycle, for one structure, on the same machinery."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from consultations.cahier import sections
from consultations.cahier import services as cahiers
from core import clock, journal
from core.actor import Actor
from core.errors import InvalidInput, NotAllowed
from core.formats import NBSP
from engagement.validation.services import record_avis
from projects import evidence, facts
from projects.cycle import gates
from projects.cycle.services import give_avis_c2ra, perform_action
from projects.enums import Cycle, Etat
from projects.ingenierie.models import Ingenierie
from projects.methodologie import methodology
from projects.ouverture.services import open_individuelle
from projects.plans.services import attach_ligne
from projects.structures_ciblees.models import StructureCiblee
from projects.structures_ciblees.services import act_on_structure, add_structures, beneficiaire, remove_structure
from structures.plans import services as plans
from tests.factories import (
    OrganisationFactory,
    StructureFactory,
    TypePrestationFactory,
    actor_of,
    diagnostic_of,
    individuelle_of,
    ingenierie_of,
    member,
    member_actor,
)
from tests.marks import mark_of
from tests.strict import StrictClient

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system("recette")


def plain(told):
    return told.replace(NBSP, " ")


@pytest.fixture
def dla():
    return OrganisationFactory()


@pytest.fixture
def person(dla):
    return member(dla)


@pytest.fixture
def client(person):
    client = StrictClient()
    client.force_login(person)
    return client


def passes(ingenierie, action, **kwargs):
    fresh = Ingenierie.objects.get(pk=ingenierie.pk)
    return perform_action(fresh, action, actor=SYSTEM, expected_state=fresh.state, version=fresh.version, **kwargs)


# --- The cycle ------------------------------------------------------------------------------------------------------


def test_the_individual_cycle_has_the_four_steps_fewer_actions_and_its_own_gates():
    method = methodology.get(methodology.current_id(Cycle.INDIVIDUELLE))
    collective = methodology.get(methodology.current_id())
    assert [s.code for s in method.steps] == [s.code for s in collective.steps]
    assert len(method.actions) < len(collective.actions)
    assert not set(method.actions) & set(collective.actions), "une preuve de l’un ne vaut pas pour l’autre"
    blocking = {step: [c.code for c in rows if c.blocking] for step, rows in method.gates.items()}
    assert blocking == {
        "identifier": ["diagnostic_partage"],
        "engager": ["plan_action", "comite_informe"],
        "confirmer": ["cahier_des_charges", "prestataire", "convention"],
        "finaliser": ["rapports", "evaluation", "plan_actualise"],
    }
    never = [c.code for rows in method.gates.values() for c in rows if not c.levable]
    assert never == ["prestataire"]


def test_both_cycles_are_loaded_by_the_same_command_which_changes_nothing_the_second_time():
    assert [methodology.load(cycle) for cycle in Cycle.values] == ["unchanged", "unchanged"]


def test_it_opens_for_one_structure_with_its_territory_its_sector_and_its_own_actions(dla):
    structure = StructureFactory(organisation=dla, name="Les Amis du livre")
    theme = TypePrestationFactory(label="Gestion financière")
    ingenierie = open_individuelle(
        structure,
        actor=member_actor(dla),
        themes=[theme],
        problematique={"besoins": "Un budget prévisionnel.", "origines": ["diagnostics"]},
        origine="Ligne 2 du plan d’accompagnement",
    )
    assert ingenierie.titre == "Gestion financière : Les Amis du livre"
    assert (ingenierie.cycle, ingenierie.state) == (Cycle.INDIVIDUELLE, Etat.IDENTIFIER)
    assert list(ingenierie.departements.all()) == [structure.departement]
    assert list(ingenierie.secteurs.all()) == [structure.secteur]
    method = methodology.get(ingenierie.methodologie_id)
    assert [i.code for i in ingenierie.checklist.all()] == list(method.actions)
    assert ingenierie.structures_retenues == 1
    found = beneficiaire(ingenierie)
    assert (found.structure, found.state, found.origine) == (
        structure, "confirmee", "Ligne 2 du plan d’accompagnement",
    )  # fmt: skip
    assert ingenierie.problematique.besoins == "Un budget prévisionnel."
    verbs = set(journal.entries_for(ingenierie).values_list("verb", flat=True))
    assert {"projects.creation", "projects.structure_ajoutee", "projects.problematique"} <= verbs


def test_a_structure_of_another_directory_or_set_aside_is_refused_and_nothing_is_opened(dla):
    actor = member_actor(dla)
    gone = StructureFactory(organisation=dla, is_active=False)
    for structure in (StructureFactory(), gone):
        with pytest.raises(InvalidInput, match="annuaire actif"):
            open_individuelle(structure, actor=actor)
    with pytest.raises(NotAllowed):
        open_individuelle(StructureFactory(organisation=dla), actor=member_actor(dla, "lecture"))
    assert not Ingenierie.objects.exists()


@pytest.mark.sqlite
def test_it_keeps_exactly_one_structure(dla):
    ingenierie = individuelle_of(dla)
    other = StructureFactory(organisation=dla)
    with pytest.raises(InvalidInput, match="une seule structure"):
        add_structures(ingenierie, [other.pk], actor=SYSTEM)
    found = beneficiaire(ingenierie)
    with pytest.raises(InvalidInput, match="ne se retire pas"):
        remove_structure(found, actor=SYSTEM)
    with pytest.raises(NotAllowed, match="du début à la fin"):
        act_on_structure(found, "retirer", actor=SYSTEM, expected_state=found.state, version=None, reason="Partie.")
    with pytest.raises(IntegrityError), transaction.atomic():
        StructureCiblee.objects.create(ingenierie=ingenierie, structure=other, seule=True)


def state_of(ingenierie, code):
    return next(c for c in gates.conditions_of(ingenierie) if c.definition.code == code)


def test_diagnostic_plan_and_comite_open_the_first_gates(dla):
    """What the structure's file holds answers; nothing of it is attested."""
    structure = StructureFactory(organisation=dla)
    ingenierie = individuelle_of(dla, structure)
    assert not state_of(ingenierie, "diagnostic_partage").ok
    diagnostic_of(structure, shared=True)
    assert state_of(ingenierie, "diagnostic_partage").ok
    assert "identifier.diagnostic.partage" in evidence.evidence_for(ingenierie)
    ingenierie = passes(ingenierie, "engager")
    assert [c.definition.code for c in gates.conditions_of(ingenierie) if c.blocks] == ["plan_action", "comite_informe"]
    plan = plans.open_plan(structure, actor=SYSTEM)
    plans.add_ligne(plan, {"difficulte": "Trésorerie.", "nature_moyen": "reseau"}, actor=SYSTEM)
    assert not state_of(ingenierie, "plan_action").ok
    ligne = plans.add_ligne(plan, {"difficulte": "Gestion.", "nature_moyen": "individuelle"}, actor=SYSTEM)
    waits = state_of(ingenierie, "plan_action")
    assert not waits.ok and "1 ligne appelle une ingénierie individuelle" in plain(waits.detail)
    attach_ligne(ligne, ingenierie, actor=SYSTEM)
    assert state_of(ingenierie, "plan_action").detail == "ligne « Gestion. »"
    assert "engager.plan.lignes" in evidence.evidence_for(ingenierie)
    plans.follow_ligne(ligne, "abandonne", actor=SYSTEM, note="Sans objet.")
    assert not state_of(ingenierie, "plan_action").ok
    plans.follow_ligne(ligne, "en_cours", actor=SYSTEM, note="Reprise.")
    against = {"date": clock.today(), "sens": "ajourne", "commentaires": "Revenir avec un budget."}
    record_avis(ingenierie, dla, against, actor=SYSTEM, expected_version=None)
    waits = state_of(ingenierie, "comite_informe")
    assert not waits.ok and "attend une réponse écrite du pilote" in waits.detail.replace("\u00a0", " ")
    record_avis(ingenierie, dla, {"date": clock.today(), "sens": "favorable"}, actor=SYSTEM, expected_version=None)
    assert "favorable" in state_of(ingenierie, "comite_informe").detail
    ingenierie = passes(ingenierie, "confirmer")
    asked = [c.definition.code for c in gates.conditions_of(ingenierie) if c.blocks]
    assert asked == ["cahier_des_charges", "prestataire", "convention"]


def test_a_row_of_the_same_structure_that_another_ingenierie_carries_out_does_not_answer(dla):
    structure = StructureFactory(organisation=dla)
    first, second = individuelle_of(dla, structure), individuelle_of(dla, structure)
    plan = plans.open_plan(structure, actor=SYSTEM)
    ligne = plans.add_ligne(plan, {"difficulte": "Gestion.", "nature_moyen": "individuelle"}, actor=SYSTEM)
    attach_ligne(ligne, first, actor=SYSTEM)
    plans.actualise(plan, actor=SYSTEM)
    asked = [gates.CONDITIONS.get(code) for code in ("plan_action", "plan_actualise")]
    values = facts.fetch([first.pk, second.pk], asked)
    assert [provider.read(values[first.pk], first).ok for provider in asked] == [True, True]
    assert [provider.read(values[second.pk], second).detail for provider in asked] == [
        "aucune ligne du plan n’est rattachée à cette ingénierie"
    ] * 2


def test_the_age_of_the_diagnostic_is_said_and_it_is_that_of_the_attached_row(dla, clock_at):
    clock_at("2024-11-28 10:00")
    structure = StructureFactory(organisation=dla)
    diagnostic_of(structure, shared=True)
    plan = plans.open_plan(structure, actor=SYSTEM)
    ligne = plans.add_ligne(plan, {"difficulte": "Gestion.", "nature_moyen": "individuelle"}, actor=SYSTEM)
    clock_at("2026-10-02 10:00")
    diagnostic_of(structure, shared=True)
    clock_at("2026-11-21 10:00")
    ingenierie = individuelle_of(dla, structure)
    assert plain(state_of(ingenierie, "diagnostic_partage").detail) == "diagnostic du 2 octobre 2026, il y a 1 mois"
    attach_ligne(ligne, ingenierie, actor=SYSTEM)
    assert plain(state_of(ingenierie, "diagnostic_partage").detail) == "diagnostic du 28 novembre 2024, il y a 23 mois"


def test_the_plan_is_updated_after_the_mission_began_not_before(dla):
    structure = StructureFactory(organisation=dla)
    plan = plans.open_plan(structure, actor=SYSTEM)
    ligne = plans.add_ligne(plan, {"difficulte": "Gestion.", "nature_moyen": "individuelle"}, actor=SYSTEM)
    ingenierie = individuelle_of(dla, structure)
    read = gates.CONDITIONS.get("plan_actualise").read
    provider = [gates.CONDITIONS.get("plan_actualise")]

    def answer():
        return read(facts.fetch([ingenierie.pk], provider)[ingenierie.pk], ingenierie)

    assert answer().detail == "aucune ligne du plan n’est rattachée à cette ingénierie"
    attach_ligne(ligne, ingenierie, actor=SYSTEM)
    assert answer().detail == "le plan n’a pas été établi"
    plans.actualise(plan, actor=SYSTEM)
    ingenierie.state_since = clock.now()
    assert not answer().ok and "avant le début de la mission" in answer().detail
    plans.follow_ligne(ligne, "fait", actor=SYSTEM)
    plans.actualise(plan, actor=SYSTEM, motif="Bilan.")
    assert answer().ok


def test_the_plan_of_another_structure_says_nothing(dla):
    other = StructureFactory(organisation=dla)
    diagnostic_of(other, shared=True)
    plan = plans.open_plan(other, actor=SYSTEM)
    plans.add_ligne(plan, {"difficulte": "Gestion.", "nature_moyen": "individuelle"}, actor=SYSTEM)
    ingenierie = individuelle_of(dla)
    assert not state_of(ingenierie, "diagnostic_partage").ok
    values = facts.fetch([ingenierie.pk], list(gates.CONDITIONS))[ingenierie.pk]
    assert values["ind_lignes_libres"] == 0 and values["ind_ligne"] is values["ind_actualise"] is None


def test_the_prestataire_is_never_lifted_in_this_cycle_either(dla):
    ingenierie = individuelle_of(dla)
    everything = dict.fromkeys(
        (c.code for rows in methodology.get(ingenierie.methodologie_id).gates.values() for c in rows), "Motif."
    )
    ingenierie = passes(ingenierie, "engager", overrides=everything)
    ingenierie = passes(ingenierie, "confirmer", overrides=everything)
    with pytest.raises(InvalidInput, match="ne peut jamais être levée"):
        passes(ingenierie, "finaliser", overrides=everything)


def test_no_opinion_of_the_c2ra_is_asked(dla):
    c2ra = member_actor(OrganisationFactory(c2ra=True, region=dla.region))
    with pytest.raises(NotAllowed):
        give_avis_c2ra(individuelle_of(dla), actor=c2ra, sens="favorable", commentaire="")


# --- Pages ----------------------------------------------------------------------------------------------------------


def test_the_structure_is_chosen_in_the_directory_then_the_ingenierie_opens(client, dla):
    structure = StructureFactory(organisation=dla, name="Les Amis du livre")
    elsewhere = StructureFactory(name="Chez les voisins")
    url = reverse("projects:create_individuelle")
    page = client.get(url).content.decode()
    assert "Les Amis du livre" in page and "Chez les voisins" not in page
    url, foreign = (reverse("projects:open_individuelle", args=[s.pk]) for s in (structure, elsewhere))
    assert "Accompagnement de Les Amis du livre" in client.get(url).content.decode()
    assert client.get(foreign).status_code == client.post(foreign, {"titre": "Pris"}).status_code == 404
    wrong = client.post(
        url, {"titre": "Un budget", "besoins": "Compter.", "date_debut": "2026-05-02", "date_fin": "2026-05-01"}
    )
    assert wrong.status_code == 422 and "Compter." in wrong.content.decode()
    typed = {"titre": "Un budget", "besoins": "Compter.", **mark_of(client, url)}
    first, again = (client.post(url, typed) for _ in range(2))
    opened = Ingenierie.objects.get()
    assert first["Location"] == again["Location"] == reverse("projects:detail", args=[opened.pk])
    assert beneficiaire(opened).structure == structure


def test_its_pages_are_those_of_one_structure(client, dla):
    ingenierie = individuelle_of(dla, charge_mission=None)
    page = client.get(reverse("projects:detail", args=[ingenierie.pk])).content.decode()
    for shown in ("Ingénierie individuelle", "Demande et besoins", "Structure accompagnée", "Comité d’appui"):
        assert shown in page
    for hidden in ("Ciblage", "Rôle du DLA", "Projet d’intervention", "Type d’ingénierie", "Partenaires</a>"):
        assert hidden not in page.split("<h1")[1]
    alone = beneficiaire(ingenierie)
    tab = client.get(reverse("projects:structures", args=[ingenierie.pk]))
    assert tab["Location"] == reverse("projects:structure", args=[ingenierie.pk, alone.pk])
    sheet = client.get(tab["Location"]).content.decode()
    assert "La structure que cette ingénierie accompagne" in sheet and "Retirer" not in sheet
    for route in (
        "projects:ciblage", "projects:role_dla", "projects:type", "projects:structures_add", "projects:structures_new",
        "engagement:partenaires", "mobilisation:projet", "mobilisation:groupes",
    ):  # fmt: skip
        assert client.get(reverse(route, args=[ingenierie.pk])).status_code == 404, route
    assert client.get(reverse("engagement:porteur", args=[ingenierie.pk, dla.pk])).status_code == 404
    for route in (
        "projects:demarche", "projects:etape", "projects:problematique", "engagement:objectifs",
        "engagement:validation", "engagement:budget", "consultations:cahier", "projects:documents", "projects:journal",
    ):  # fmt: skip
        assert client.get(reverse(route, args=[ingenierie.pk])).status_code == 200, route


def test_a_collective_one_keeps_all_its_pages(client, dla):
    ingenierie = ingenierie_of(dla)
    for route in ("projects:ciblage", "projects:type", "engagement:partenaires", "mobilisation:groupes"):
        assert client.get(reverse(route, args=[ingenierie.pk])).status_code == 200, route


def test_lists_kanban_and_home_say_which_form_and_the_list_filters_it(client, dla):
    alone, several = individuelle_of(dla, titre="Pour une seule"), ingenierie_of(dla, titre="Pour plusieurs")
    listed = client.get(reverse("projects:list")).content.decode()
    assert alone.titre in listed and several.titre in listed and "<td>Individuelle</td>" in listed
    only = client.get(reverse("projects:list"), {"forme": "individuelle"}).content.decode()
    assert alone.titre in only and several.titre not in only
    others = client.get(reverse("projects:list"), {"forme": "collective"}).content.decode()
    assert alone.titre not in others and several.titre in others
    for page in (reverse("projects:kanban"), reverse("portal:accueil")):
        assert client.get(page).content.decode().count(">individuelle</span>") == 1, page
    csv = client.get(reverse("projects:list"), {"export": "csv"})
    body = b"".join(csv.streaming_content) if csv.streaming else csv.content
    assert "Ingénierie individuelle" in body.decode("utf-8-sig")


# --- Its cahier des charges -----------------------------------------------------------------------------------------


def test_its_cahier_des_charges_has_fewer_sections(client, person, dla):
    ingenierie = individuelle_of(dla, themes=[TypePrestationFactory()])
    cahier = cahiers.create_cahier(ingenierie, actor_of(person))
    codes = [s.code for s in sections.sections_for(cahier)]
    assert "partenaires" not in codes and len(codes) == len(sections.SECTIONS) - 1
    told = {m.field for m in sections.missing(cahier)}
    assert not told & {"type_ingenierie", "partenaires", "demarche"} and "plan_accompagnement" in told
    assert cahier.criteres_collectif == "" and "la structure" in cahier.appropriation
    page = client.get(reverse("consultations:cahier", args=[ingenierie.pk])).content.decode()
    assert "Structure bénéficiaire" in page and "comité de pilotage" not in page
    assert client.get(reverse("consultations:section", args=[ingenierie.pk, "partenaires"])).status_code == 404
    for section in sections.sections_for(cahier):
        form = client.get(reverse("consultations:section", args=[ingenierie.pk, section.code])).context["form"]
        assert set(form.fields) - {"version"} == set(section.fields)
    with pytest.raises(InvalidInput):
        cahiers.update_section(cahier, "demande", {"demarche": "Collective."}, actor=actor_of(person))
