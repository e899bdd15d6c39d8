"""A row of a plan d'accompagnement opens an ingénierie or is attached to one; what is due waits on the home page."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse

from consultations.cahier import prefill
from consultations.cahier.services import create_cahier
from core import journal
from core.actor import Actor
from core.clock import today
from core.errors import InvalidInput, NotAllowed, StaleState
from core.formats import format_date
from projects.dashboard import LIMIT
from projects.ingenierie.models import Ingenierie
from projects.plans import services as plans
from projects.plans.commande import commande_of
from projects.plans.links import due
from projects.plans.models import LigneIngenierie
from structures.diagnostics import services as diagnostics
from structures.diagnostics.models import Diagnostic
from structures.plans import services
from structures.plans.models import LignePlan, PlanAccompagnement
from tests.factories import (
    OrganisationFactory,
    StructureFactory,
    actor_of,
    diagnostic_of,
    individuelle_of,
    ingenierie_of,
    member,
    member_actor,
    plan_of,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def structure():
    return StructureFactory(name="Les Ateliers du Cher")


@pytest.fixture
def person(structure):
    return member(structure.organisation)


@pytest.fixture
def ligne(structure):
    row = {"difficulte": "Comptabilité", "cause": "Pas de permanent", "nature_moyen": "collective"}
    return plan_of(structure, lignes=[row]).lignes.get()


def test_a_row_opens_an_ingenierie_filled_in_from_it(ligne, person, client_for, structure):
    services.update_ligne(
        ligne, {"besoin": diagnostic_of(structure).besoins.get()}, actor=actor_of(person), expected_version=None
    )
    client = client_for(person)
    assert "Ouvrir une ingénierie collective" in client.get(f"/structures/plans/lignes/{ligne.pk}/").content.decode()
    url = reverse("projects:ligne_ouvrir", args=[ligne.pk])
    form = client.get(url).context["form"]
    assert form["titre"].value() == "Comptabilité"
    assert list(form["secteurs"].value()) == [structure.secteur_id]
    assert list(form["themes"].value()) == [LignePlan.objects.get().besoin.type_prestation_id]
    answer = client.post(url, {"titre": "Compter ensemble", "pilote": structure.organisation_id})
    opened = Ingenierie.objects.get()
    assert answer["Location"] == reverse("projects:detail", args=[opened.pk])
    assert opened.problematique.origines == ["diagnostics"]
    assert opened.problematique.besoins == "Comptabilité\nCause supposée : Pas de permanent"
    assert [c.structure for c in opened.structures_ciblees.all()] == [structure]
    assert LignePlan.objects.get().etat == "en_cours"
    told = client.get(reverse("structures:plan", args=[ligne.plan_id])).content.decode()
    assert "Compter ensemble" in told
    assert "Ouvrir une ingénierie" not in client.get(f"/structures/plans/lignes/{ligne.pk}/").content.decode()
    refused = client.post(url, {"titre": "", "pilote": structure.organisation_id})
    assert refused.status_code == 422


def test_a_row_opens_an_ingenierie_individuelle_for_its_structure(ligne, person, client_for, structure):
    services.update_ligne(ligne, {"nature_moyen": "individuelle"}, actor=actor_of(person), expected_version=None)
    client = client_for(person)
    url = reverse("projects:ligne_ouvrir_individuelle", args=[ligne.pk])
    assert url in client.get(f"/structures/plans/lignes/{ligne.pk}/").content.decode()
    form = client.get(url).context["form"]
    assert "Pas de permanent" in form["besoins"].value()
    assert client.post(url, {"titre": "", "besoins": "X"}).status_code == 422
    assert client.post(url, {"titre": "Compter seule", "besoins": "Être aidée."}).status_code == 302
    opened = Ingenierie.objects.get()
    assert opened.is_individuelle and opened.structures_ciblees.get().structure == structure
    assert opened.problematique.besoins == "Être aidée."
    assert LigneIngenierie.objects.get().ingenierie == opened


def test_a_row_is_not_attached_to_the_ingenierie_individuelle_of_another(ligne, person, structure):
    from projects.ouverture.services import open_individuelle

    other = StructureFactory(organisation=structure.organisation)
    theirs = open_individuelle(other, actor=actor_of(person), titre="Pour une autre")
    assert theirs not in plans.attachable(ligne, actor_of(person))
    with pytest.raises(InvalidInput, match="une seule structure"):
        plans.attach_ligne(ligne, theirs, actor=actor_of(person))
    assert not LigneIngenierie.objects.exists()


def test_a_row_is_attached_to_an_ingenierie_of_the_dla_and_detached(ligne, person, client_for, structure):
    mine = ingenierie_of(structure.organisation, titre="La nôtre")
    elsewhere = ingenierie_of(OrganisationFactory(region=structure.organisation.region), titre="La voisine")
    client = client_for(person)
    url = reverse("projects:ligne_rattacher", args=[ligne.pk])
    told = client.get(url).content.decode()
    assert "La nôtre" in told and "La voisine" not in told
    for wrong in ("", "x", str(elsewhere.pk), "9" * 30):
        assert client.post(url, {"ingenierie": wrong}).status_code == 422
    assert client.post(url, {"ingenierie": mine.pk}).status_code == 302
    assert mine.structures_ciblees.get().structure == structure
    assert client.post(url, {"ingenierie": mine.pk}).status_code == 409  # a second tab
    detach = reverse("projects:ligne_detacher", args=[ligne.pk])
    assert "Les Ateliers du Cher reste dans" in client.get(detach).content.decode()
    assert client.post(detach).status_code == 302
    assert not LigneIngenierie.objects.exists() and mine.structures_ciblees.exists()
    assert client.post(detach).status_code == 404


def test_both_journals_tell_it(ligne, person, structure):
    mine = ingenierie_of(structure.organisation)
    plans.attach_ligne(ligne, mine, actor=actor_of(person))
    assert journal.entries_for(mine).filter(verb="projects.ligne_rattachee").exists()
    assert journal.entries_for(ligne.plan).filter(verb="structures.ligne_suivie").exists()


def test_a_settled_row_or_an_ended_ingenierie_is_not_attached(ligne, person, structure):
    actor = actor_of(person)
    mine = ingenierie_of(structure.organisation)
    settled = services.follow_ligne(ligne, "fait", actor=actor)
    with pytest.raises(InvalidInput, match="faite ou abandonnée"):
        plans.attach_ligne(settled, mine, actor=actor)
    again = services.follow_ligne(settled, "a_faire", actor=actor)
    Ingenierie._base_manager.filter(pk=mine.pk).update(state="cloture")
    with pytest.raises(NotAllowed, match="terminée"):
        plans.attach_ligne(again, Ingenierie.objects.get(), actor=actor)
    assert not LigneIngenierie.objects.exists()


def test_a_row_has_one_ingenierie(ligne, person, structure):
    plans.attach_ligne(ligne, ingenierie_of(structure.organisation), actor=actor_of(person))
    with pytest.raises(StaleState):
        plans.attach_ligne(ligne, ingenierie_of(structure.organisation), actor=actor_of(person))


def test_a_neighbour_attaches_nothing_to_its_own_ingenierie(ligne, structure, client_for):
    neighbour = member(OrganisationFactory(region=structure.organisation.region))
    theirs = ingenierie_of(neighbour.active_membership.organisation)
    with pytest.raises(NotAllowed):
        plans.attach_ligne(ligne, theirs, actor=actor_of(neighbour))
    client = client_for(neighbour)
    for name in ("ligne_ouvrir", "ligne_rattacher", "ligne_detacher"):
        assert client.post(reverse(f"projects:{name}", args=[ligne.pk]), {"ingenierie": theirs.pk}).status_code == 404


# --- The home page --------------------------------------------------------------------------------------------------


def rows_of(structure, *days):
    rows = [{"difficulte": f"J{n}", "echeance": today() + dt.timedelta(days=n)} for n in days]
    return plan_of(structure, lignes=rows)


def told(user):
    return [todo.title.split(" : ")[1] for todo in due(actor_of(user))]


def test_what_is_late_or_due_within_14_days_waits_for_who_follows_the_plan(structure, person):
    plan = rows_of(structure, -3, 0, 14, 15)
    assert told(person) == []
    PlanAccompagnement.objects.filter(pk=plan.pk).update(suivi_par=person)
    assert told(person) == ["J-3", "J0", "J14"]
    assert [todo.late for todo in due(actor_of(person))] == [True, False, False]


def test_a_responsable_sees_the_rows_of_the_organisation_and_a_neighbour_none(structure):
    rows_of(structure, 2)
    assert told(member(structure.organisation, "responsable")) == ["J2"]
    assert told(member(OrganisationFactory(region=structure.organisation.region), "responsable")) == []
    assert told(member(OrganisationFactory(c2ra=True, region=structure.organisation.region), "responsable")) == []


def test_what_is_settled_or_in_a_closed_plan_waits_for_nobody(structure):
    responsable = member(structure.organisation, "responsable")
    plan = rows_of(structure, 1, 2)
    first, second = plan.lignes.all()
    services.follow_ligne(first, "fait", actor=actor_of(responsable))
    assert told(responsable) == ["J2"]
    services.follow_ligne(second, "abandonne", note="Non.", actor=actor_of(responsable))
    assert told(responsable) == []


def test_it_costs_one_query_a_kind_and_stops_at_the_limit(structure, django_assert_num_queries):
    actor = member_actor(structure.organisation, "responsable")
    rows_of(structure, *range(LIMIT + 3))
    with django_assert_num_queries(3):
        assert len(due(actor)) == LIMIT


# --- Diagnostics that structures want changed ------------------------------------------------------------------------


def asked(structure, reponse: str = "a_modifier", diagnostic=None):
    """A shared diagnostic of the structure, answered."""
    diagnostic = diagnostic or diagnostic_of(structure, shared=True)
    values = {"reponse": reponse, "nom": "Alix", "mode": "entretien", "commentaires": {"forces": "À nuancer."}}
    diagnostics.record_reponse(diagnostic, values, actor=Actor.system("essai"))
    return diagnostic


def follow(diagnostic, user) -> None:
    Diagnostic._base_manager.filter(pk=diagnostic.pk).update(suivi_par=user)


def test_a_diagnostic_that_a_structure_wants_changed_waits_for_who_follows_it(structure, person):
    diagnostic = asked(structure)
    assert due(actor_of(person)) == []
    follow(diagnostic, person)
    [todo] = due(actor_of(person))
    assert (todo.title, todo.late) == ("Les Ateliers du Cher", False)
    assert f"demande des modifications depuis le {format_date(today())}" in todo.detail
    assert todo.url == reverse("structures:diagnostic", args=[diagnostic.pk])


def test_it_waits_for_a_responsable_of_the_organisation_and_for_no_neighbour(structure):
    asked(structure)
    region = structure.organisation.region
    assert len(due(actor_of(member(structure.organisation, "responsable")))) == 1
    assert due(actor_of(member(OrganisationFactory(region=region), "responsable"))) == []
    assert due(actor_of(member(OrganisationFactory(c2ra=True, region=region), "responsable"))) == []


def test_it_waits_no_more_once_validated_taken_back_or_shared_again(structure, person):
    system, actor = Actor.system("essai"), actor_of(person)
    asked(StructureFactory(organisation=structure.organisation), "valide")
    diagnostic = asked(structure)
    for row in Diagnostic.objects.all():
        follow(row, person)
    assert len(due(actor)) == 1, "validé, l’autre n’attend rien"
    asked(structure, "valide", diagnostic)
    assert due(actor) == []
    asked(structure, "a_modifier", diagnostic)
    assert len(due(actor)) == 1
    diagnostic = diagnostics.perform_action(
        diagnostic, "reprendre", actor=system, expected_state="partage", reason="Demandé"
    )
    assert due(actor) == []
    diagnostics.perform_action(diagnostic, "partager", actor=system, expected_state="brouillon")
    assert due(actor) == [], "le nouveau partage n’a pas encore de réponse"


def test_each_kind_comes_from_one_query_and_stops_at_the_limit(structure, django_assert_num_queries):
    actor = member_actor(structure.organisation, "responsable")
    rows_of(structure, *range(LIMIT + 2))
    for _ in range(LIMIT + 2):
        asked(structure)
    with django_assert_num_queries(3):
        lines = due(actor)
    assert [line.title == "Les Ateliers du Cher" for line in lines] == [False] * LIMIT + [True] * LIMIT


# --- The mission préconisée is the command ---------------------------------------------------------------------------

MISSION = {
    "contexte": "Le trésorier s’en va.",
    "objectif_general": "Donner à l’association une comptabilité tenue à jour",
    "objectifs_operationnels": "- former deux personnes\n- choisir un outil",
}


@pytest.fixture
def commanded(structure, person):
    """A plan of three rows, the first with two missions, the last given up."""
    plan = plan_of(
        structure,
        lignes=[
            {"difficulte": "Comptabilité en retard", "nature_moyen": "individuelle", "resultats_attendus": "À jour."},
            {"difficulte": "Locaux trop petits", "action": "Chercher avec la commune", "nature_moyen": "dispositif"},
            {"difficulte": "Site vieilli", "action": "Le refaire"},
        ],
    )
    first, _, last = plan.lignes.all()
    services.add_mission(plan, {**MISSION, "ligne": first}, actor=actor_of(person))
    services.add_mission(plan, {"objectif_general": "Une autre mission", "ligne": first}, actor=actor_of(person))
    services.follow_ligne(last, "abandonne", note="Sans objet.", actor=actor_of(person))
    return first


def _open(client, route, ligne, structure):
    assert client.post(reverse(route, args=[ligne.pk]), {"titre": "Compter", "pilote": structure.organisation_id})
    return Ingenierie.objects.get()


@pytest.mark.parametrize("route", ["projects:ligne_ouvrir", "projects:ligne_ouvrir_individuelle"])
def test_the_ingenierie_and_its_cahier_start_from_the_mission_of_the_row(
    commanded, person, client_for, structure, route
):
    client = client_for(person)
    page = client.get(reverse(route, args=[commanded.pk])).content.decode()
    assert MISSION["objectif_general"] in page and "Les autres missions de cette ligne restent au plan" in page
    opened = _open(client, route, commanded, structure)
    assert opened.problematique.contexte == "Le trésorier s’en va."
    cahier = create_cahier(opened, actor_of(person))
    assert cahier.objectif_general == MISSION["objectif_general"]
    assert cahier.objectifs_operationnels == "- former deux personnes\n- choisir un outil"
    assert cahier.resultats_attendus == "À jour." and "Le trésorier s’en va." in cahier.contexte
    source = prefill.proposals(opened, ["objectif_general"])["objectif_general"].source
    assert source == "la mission préconisée par le plan d’accompagnement"


def test_the_cahier_of_one_structure_tells_the_place_of_the_mission_in_its_plan_that_of_several_does_not(
    commanded, person, client_for, structure
):
    opened = _open(client_for(person), "projects:ligne_ouvrir_individuelle", commanded, structure)
    told = prefill.proposals(opened, ["plan_accompagnement"])["plan_accompagnement"].value
    assert "Comptabilité en retard" in told and "- Chercher avec la commune (" in told
    assert "Site vieilli" not in told and "Le refaire" not in told
    Ingenierie._base_manager.filter(pk=opened.pk).update(cycle="collective")
    assert "plan_accompagnement" not in prefill.proposals(Ingenierie.objects.get(), ["plan_accompagnement"])


def test_an_individuelle_follows_the_row_attached_to_it_a_collective_only_the_one_it_was_opened_from(
    commanded, person, structure
):
    alone = individuelle_of(structure.organisation, structure)
    several = ingenierie_of(structure.organisation)
    assert commande_of(alone) is None
    plans.attach_ligne(commanded, alone, actor=actor_of(person))
    assert commande_of(alone).mission.objectif_general == MISSION["objectif_general"]
    plans.detach_ligne(LigneIngenierie.objects.get(), actor=actor_of(person))
    plans.attach_ligne(commanded, several, actor=actor_of(person))
    assert commande_of(several) is None
