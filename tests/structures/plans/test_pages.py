"""The pages of a plan d'accompagnement, and the list of its terms."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.urls import reverse

from core.clock import today
from structures.plans import services
from structures.plans.models import LignePlan, PlanAccompagnement
from tests.factories import (
    OrganisationFactory,
    StructureFactory,
    TypePrestationFactory,
    diagnostic_of,
    member,
    member_actor,
    plan_of,
)

pytestmark = pytest.mark.django_db
LIST = "/structures/plans/echeances/"


@pytest.fixture
def structure():
    return StructureFactory(name="Les Ateliers du Cher")


@pytest.fixture
def person(structure):
    return member(structure.organisation)


@pytest.fixture
def client(person, client_for):
    return client_for(person)


def page(client, name, *args, status=200, **query):
    answer = client.get(reverse(f"structures:{name}", args=args), query)
    assert answer.status_code == status
    return answer.content.decode()


def without_tokens(text):
    """The same page twice has two tokens."""
    return re.sub(r'name="(csrfmiddlewaretoken|saisie)" value="[^"]*"', "", text).strip()


def in_days(days):
    return today() + dt.timedelta(days=days)


def test_a_plan_is_opened_from_the_page_of_the_structure_and_takes_its_needs(client, structure):
    need = diagnostic_of(structure, shared=True).besoins.get()
    assert "Ouvrir un plan d’accompagnement" in page(client, "detail", structure.pk)
    answer = client.post(reverse("structures:plan_nouveau", args=[structure.pk]))
    plan = PlanAccompagnement.objects.get()
    assert answer["Location"] == reverse("structures:plan", args=[plan.pk])
    told = page(client, "plan", plan.pk)
    assert need.texte in told and "Ajouter une ligne pour chacun" in told
    url = reverse("structures:plan_besoins", args=[plan.pk])
    assert client.post(url, {}).status_code == 422
    assert client.post(url, {"besoin": [need.pk]}).status_code == 302
    assert "Ajouter une ligne pour chacun" not in page(client, "plan", plan.pk)
    told = page(client, "detail", structure.pk)
    assert "Ouvrir un plan d’accompagnement" not in told and reverse("structures:plan", args=[plan.pk]) in told


def test_a_row_is_added_in_the_order_of_the_form(client, structure):
    plan = plan_of(structure, lignes=0)
    typed = {
        "difficulte": "Comptabilité",
        "cause": "Pas de permanent affecté à cette tâche",
        "action": "Appui-conseil ponctuel",
        "echeance": "2026-10-31",
        "echeance_texte": "Octobre",
        "nature_moyen": "collective",
        "moyens": "2 jours en octobre",
        "suite": "encore",
    }
    url = reverse("structures:ligne_nouvelle", args=[plan.pk])
    assert client.post(url, typed)["Location"] == url
    told = page(client, "plan", plan.pk)
    for text in ("Comptabilité", "Octobre", "Ingénierie collective", "2 jours en octobre"):
        assert text in told
    refused = client.post(url, {**typed, "difficulte": "", "echeance": "hier"})
    assert refused.status_code == 422
    assert "Pas de permanent affecté à cette tâche" in refused.content.decode()


def test_a_need_of_another_structure_is_not_offered_nor_taken(client, structure):
    plan = plan_of(structure, lignes=0)
    other = diagnostic_of(StructureFactory(organisation=structure.organisation)).besoins.get()
    answer = client.post(
        reverse("structures:ligne_nouvelle", args=[plan.pk]), {"difficulte": "Une", "besoin": other.pk}
    )
    assert answer.status_code == 422 and other.texte not in answer.content.decode()


def test_rows_are_put_in_order_by_keyboard_with_and_without_javascript(client, structure):
    plan = plan_of(structure, lignes=2)
    first, second = plan.lignes.all()
    url = reverse("structures:ligne_deplacer", args=[second.pk])
    answer = client.post(url, {"sens": "-1"})
    assert answer["Location"].endswith(f"#ligne-{second.pk}")
    partial = client.post(url, {"sens": "1"}, headers={"HX-Request": "true"}).content.decode()
    assert partial.strip().startswith('<div id="lignes">')
    assert partial.index(first.difficulte) < partial.index(second.difficulte)
    assert without_tokens(partial) in without_tokens(page(client, "plan", plan.pk))  # the same part of the whole page
    assert f'id="monter-{second.pk}"' in partial  # the keyboard stays on it
    assert client.post(url, {"sens": "9"}).status_code == 422


def test_following_a_row_is_read_on_its_page_and_a_missing_note_is_asked_for(client, structure):
    ligne = plan_of(structure).lignes.get()
    url = reverse("structures:ligne", args=[ligne.pk])
    refused = client.post(url, {"etat": "abandonne", "note": "", "version": "1"})
    assert refused.status_code == 422 and "Dites pourquoi" in refused.content.decode()
    assert client.post(url, {"etat": "fait", "note": "Le logiciel est installé.", "version": "1"}).status_code == 302
    assert "Le logiciel est installé." in page(client, "ligne", ligne.pk)
    stale = client.post(url, {"etat": "en_cours", "note": "Je ne l’avais pas vu.", "version": "1"})
    assert stale.status_code == 409 and "Je ne l’avais pas vu." in stale.content.decode()


def test_the_plan_is_actualised_and_each_one_says_what_had_changed(client, structure):
    plan = plan_of(structure)
    url = reverse("structures:plan_actualiser", args=[plan.pk])
    assert "Établir le plan" in client.get(url).content.decode()
    assert client.post(url, {"version": plan.version}).status_code == 302
    ligne = plan.lignes.get()
    services.update_ligne(
        ligne, {"action": "Recruter."}, actor=member_actor(structure.organisation), expected_version=None
    )
    assert "Recruter." in client.get(url).content.decode()
    version = PlanAccompagnement.objects.get().version
    refused = client.post(url, {"version": version, "motif": ""})
    assert refused.status_code == 422 and "Dites ce qui a conduit" in refused.content.decode()
    assert client.post(url, {"version": version, "motif": "Point d’étape."}).status_code == 302
    told = page(client, "plan_actualisation", plan.pk, 2)
    assert "Point d’étape." in told and "<ins>Recruter.</ins>" in told
    assert "Recruter." not in page(client, "plan_actualisation", plan.pk, 1)
    page(client, "plan_actualisation", plan.pk, 3, status=404)


def test_a_reader_of_the_region_sees_the_plan_without_a_button(structure, client_for):
    plan = plan_of(structure, lignes=2)
    c2ra = client_for(member(OrganisationFactory(c2ra=True, region=structure.organisation.region)))
    told = page(c2ra, "plan", plan.pk)
    assert "seuls ses membres y écrivent" in told and "Ajouter une ligne" not in told and "monter-" not in told
    ligne = plan.lignes.first()
    assert "Où en est-elle" not in page(c2ra, "ligne", ligne.pk)
    assert c2ra.post(reverse("structures:ligne", args=[ligne.pk]), {"etat": "fait"}).status_code == 403
    assert LignePlan.objects.get(pk=ligne.pk).etat == "a_faire"


def test_the_page_costs_the_same_with_one_row_and_with_thirty(client, structure, count_queries):
    plan = plan_of(structure, lignes=1)
    url = reverse("structures:plan", args=[plan.pk])
    client.get(url)
    one = count_queries(lambda: client.get(url))
    for n in range(29):
        services.add_ligne(plan, {"difficulte": f"D{n}"}, actor=member_actor(structure.organisation))
    client.get(url)
    assert count_queries(lambda: client.get(url)) == one <= 17


# --- Terms ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def terms(structure):
    """A late row, one due in ten days, one in two months, one without a term, one done."""
    plan = plan_of(
        structure,
        lignes=[
            {"difficulte": "La tardive", "echeance": in_days(-3), "nature_moyen": "dla"},
            {"difficulte": "La proche", "echeance": in_days(10)},
            {"difficulte": "La lointaine", "echeance": in_days(60)},
            {"difficulte": "La libre"},
            {"difficulte": "La faite", "echeance": in_days(-20)},
        ],
    )
    services.follow_ligne(plan.lignes.last(), "fait", actor=member_actor(structure.organisation))
    return plan


def shown(answer):
    return [row["difficulte"].removeprefix("La ") for row in answer.context["rows"]]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, ["tardive", "proche", "lointaine", "libre"]),
        ({"quand": "retard"}, ["tardive"]),
        ({"quand": "proches"}, ["tardive", "proche"]),
        ({"quand": "sans"}, ["libre"]),
        ({"etat": "fait"}, ["faite"]),
        ({"etat": "toutes"}, ["faite", "tardive", "proche", "lointaine", "libre"]),
        ({"moyens": "dla"}, ["tardive"]),
        ({"q": "ateliers cher"}, ["tardive", "proche", "lointaine", "libre"]),
        ({"q": "introuvable"}, []),
        ({"tri": "-echeance"}, ["lointaine", "proche", "tardive", "libre"]),
    ],
)
def test_terms_are_filtered_and_sorted(client, terms, query, expected):
    assert shown(client.get(LIST, query)) == expected


def test_what_is_late_or_near_says_it_in_words(client, terms):
    told = client.get(LIST).content.decode()
    assert told.count("En retard</span>") == 1
    assert told.count("Sous 14 jours</span>") == 1


def test_one_asks_for_the_rows_one_follows(client, person, structure, terms):
    assert shown(client.get(LIST, {"suivi": "moi"})) == []
    PlanAccompagnement.objects.update(suivi_par=person)
    assert len(shown(client.get(LIST, {"suivi": "moi"}))) == 4


def test_a_closed_plan_asks_for_nothing(client, structure, terms):
    keeper = member_actor(structure.organisation)
    for ligne in terms.lignes.exclude(etat="fait"):
        services.follow_ligne(ligne, "fait", actor=keeper)
    fresh = PlanAccompagnement.objects.get()
    services.perform_action(fresh, "clore", actor=keeper, expected_state="en_cours", version=fresh.version)
    assert shown(client.get(LIST, {"etat": "toutes"})) == []


def test_the_list_holds_one_s_own_rows_and_so_does_its_export(client, terms, client_for, structure):
    neighbour = client_for(member(OrganisationFactory(region=structure.organisation.region)))
    assert shown(neighbour.get(LIST)) == []
    c2ra = client_for(member(OrganisationFactory(c2ra=True, region=structure.organisation.region)))
    assert len(shown(c2ra.get(LIST))) == 4
    assert "La tardive" in client.get(LIST, {"export": "csv"}).content.decode("utf-8-sig")
    assert "La tardive" not in neighbour.get(LIST, {"export": "csv"}).content.decode("utf-8-sig")


def test_the_list_costs_the_same_with_one_row_and_with_thirty(client, structure, count_queries):
    plan_of(structure)
    client.get(LIST)
    one = count_queries(lambda: client.get(LIST))
    for _ in range(29):
        plan_of(StructureFactory(organisation=structure.organisation))
    assert count_queries(lambda: client.get(LIST)) == one


def test_htmx_gets_the_results_alone(client, terms):
    partial = client.get(LIST, headers={"HX-Request": "true"}).content.decode().strip()
    assert partial.startswith('<div id="resultats">')
    assert partial in client.get(LIST).content.decode()


def test_a_person_without_directory_is_told_whose_plans_these_are(client_for):
    answer = client_for(member(OrganisationFactory(cnar=True))).get(LIST)
    assert answer.status_code == 403 and "tenus par les DLA" in answer.content.decode()


def test_a_need_theme_is_read_in_what_may_become_rows(client, structure):
    diagnostic_of(structure, shared=True, needs=[TypePrestationFactory(label="Gestion financière d’essai")])
    plan = plan_of(structure, lignes=0)
    assert "Gestion financière d’essai" in page(client, "plan", plan.pk)
