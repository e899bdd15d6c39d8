"""Who sees which ingénierie: the predicate and the queryset always agree, near misses are 404."""

from __future__ import annotations

import itertools

import pytest
from django.urls import reverse

from core.errors import InvalidInput
from projects.ingenierie import permissions
from projects.ingenierie.models import Ingenierie
from projects.ingenierie.services import update_identite
from projects.ouverture.services import create_ingenierie
from tests.factories import (
    DepartementFactory,
    OrganisationFactory,
    RegionFactory,
    SecteurFactory,
    UserFactory,
    actor_of,
    engaged,
    ingenierie_of,
    member,
    member_actor,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    """Two régions, three DLA, two C2RA, a CNAR of sport, one of culture, the AVISE, and five ingénieries."""
    centre, bretagne = RegionFactory(centre=True), RegionFactory(bretagne=True)
    sport, culture = SecteurFactory(sport=True), SecteurFactory(culture=True)
    dla37, dla45 = OrganisationFactory.create_batch(2, region=centre)
    dla29 = OrganisationFactory(region=bretagne)
    c2ra24, c2ra53 = OrganisationFactory(c2ra=True, region=centre), OrganisationFactory(c2ra=True, region=bretagne)
    organisations = {
        "dla37": dla37,
        "dla45": dla45,
        "dla29": dla29,
        "c2ra24": c2ra24,
        "c2ra53": c2ra53,
        "cnar_sport": OrganisationFactory(cnar=True, secteur=sport),
        "cnar_culture": OrganisationFactory(cnar=True, secteur=culture),
        "avise": OrganisationFactory(avise=True),
    }
    ingenieries = {
        "of_37": ingenierie_of(dla37, secteurs=[sport]),
        "of_37_with_45": ingenierie_of(dla37, associes=[dla45], secteurs=[culture]),
        "of_29": ingenierie_of(dla29),
        "interregional": ingenierie_of(dla37, associes=[dla29]),
        "regional": ingenierie_of(c2ra24, associes=[dla45]),
    }
    actors = {name: member_actor(o) for name, o in organisations.items()}
    actors["nobody"] = actor_of(UserFactory())
    return organisations, ingenieries, actors


EXPECTED = {
    "dla37": {"of_37", "of_37_with_45", "interregional"},
    "dla45": {"of_37_with_45", "regional"},
    "dla29": {"of_29", "interregional"},
    "c2ra24": {"of_37", "of_37_with_45", "interregional", "regional"},
    "c2ra53": {"of_29", "interregional"},
    "cnar_sport": {"of_37"},
    "cnar_culture": {"of_37_with_45"},
    "avise": {"of_37", "of_37_with_45", "of_29", "interregional", "regional"},
    "nobody": set(),
}


def test_each_kind_of_organisation_reads_what_the_domain_says(world):
    _, ingenieries, actors = world
    names = {i.pk: name for name, i in ingenieries.items()}
    for who, actor in actors.items():
        seen = {names[pk] for pk in Ingenierie.objects.visible_to(actor).values_list("pk", flat=True)}
        assert seen == EXPECTED[who], who


def test_the_predicate_and_the_queryset_always_agree(world):
    _, ingenieries, actors = world
    for actor, ingenierie in itertools.product(actors.values(), ingenieries.values()):
        visible = Ingenierie.objects.visible_to(actor).filter(pk=ingenierie.pk).exists()
        listed = Ingenierie.objects.listed_for(actor).filter(pk=ingenierie.pk).exists()
        assert permissions.can_view.test(actor, ingenierie) is visible
        assert permissions.can_list.test(actor, ingenierie) is listed


def test_what_a_page_loads_is_what_the_queryset_gives(world):
    from django.http import Http404

    from projects.dossier.views.base import load

    _, ingenieries, actors = world
    for actor, ingenierie in itertools.product(actors.values(), ingenieries.values()):
        found = Ingenierie.objects.visible_to(actor).filter(pk=ingenierie.pk).select_related("pilote").first()
        if found is None:
            with pytest.raises(Http404):
                load(actor, ingenierie.pk)
            continue
        loaded = load(actor, ingenierie.pk)
        for field in Ingenierie._meta.concrete_fields:
            assert getattr(loaded, field.attname) == getattr(found, field.attname)
        assert (loaded.pilote, loaded.pilote.name) == (found.pilote, found.pilote.name)
        assert loaded._state.db == found._state.db and not loaded._state.adding


def test_a_neighbour_of_the_region_reads_the_summary_only(world, client_for):
    organisations, ingenieries, _ = world
    client = client_for(member(organisations["dla45"]))
    mine = ingenieries["of_37"]
    assert client.get(reverse("projects:detail", args=[mine.pk])).status_code == 404
    page = client.get(reverse("projects:resume", args=[mine.pk]))
    assert page.status_code == 200
    assert mine.titre in page.content.decode()
    far = client.get(reverse("projects:resume", args=[ingenieries["of_29"].pk]))
    assert far.status_code == 404


PAGES = [
    "detail",
    "identite",
    "problematique",
    "ciblage",
    "role_dla",
    "type",
    "demarche",
    "etape",
    "journal",
    "structures",
    "item_add",
    "avis_c2ra",
]


@pytest.mark.parametrize("route", PAGES)
def test_the_pages_of_another_dla_are_not_found_for_reading_nor_for_writing(world, client_for, route):
    organisations, ingenieries, _ = world
    client = client_for(member(organisations["dla45"], role="responsable"))
    url = reverse(f"projects:{route}", args=[ingenieries["of_37"].pk])
    assert client.get(url).status_code == 404
    assert client.post(url, {"titre": "À moi", "version": "1"}).status_code == 404


def test_an_item_of_another_ingenierie_is_not_found_even_through_ones_own(world, client_for):
    organisations, ingenieries, _ = world
    client = client_for(member(organisations["dla45"]))
    mine, other = ingenieries["of_37_with_45"], ingenieries["of_37"]
    foreign = other.checklist.first()
    url = reverse("projects:item", args=[mine.pk, foreign.pk])
    assert client.post(url, {"state": "fait"}).status_code == 404
    assert client.post(reverse("projects:item_remove", args=[mine.pk, foreign.pk])).status_code == 404
    foreign.refresh_from_db()
    assert foreign.state == "a_faire"


def test_a_reader_sees_the_page_and_is_told_why_writing_is_refused(world, client_for):
    organisations, ingenieries, _ = world
    client = client_for(member(organisations["dla37"], role="lecture"))
    pk = ingenieries["of_37"].pk
    assert "Lecture seule" in client.get(reverse("projects:detail", args=[pk])).content.decode()
    answer = client.post(reverse("projects:problematique", args=[pk]), {"contexte": "x", "version": "1"})
    assert answer.status_code == 403
    assert "lecture seule" in answer.content.decode()


def test_leaving_the_region_of_an_associate_closes_the_dossier_to_its_c2ra(world):
    _, ingenieries, actors = world
    ingenierie = ingenieries["interregional"]
    update_identite(
        ingenierie, actor=actors["dla37"], expected_version=ingenierie.version, values={}, many_to_many={"associes": []}
    )
    assert not Ingenierie.objects.visible_to(actors["c2ra53"]).filter(pk=ingenierie.pk).exists()


def test_a_departement_elsewhere_opens_the_dossier_to_the_c2ra_of_that_region(world):
    _, ingenieries, actors = world
    ingenierie = ingenieries["of_37"]
    finistere = DepartementFactory(finistere=True)
    update_identite(
        ingenierie,
        actor=actors["dla37"],
        expected_version=None,
        values={},
        many_to_many={"departements": [finistere]},
    )
    assert Ingenierie.objects.visible_to(actors["c2ra53"]).filter(pk=ingenierie.pk).exists()


def test_a_leaver_loses_access_at_once(world, client_for):
    from core import clock

    organisations, ingenieries, _ = world
    user = member(organisations["dla37"])
    client = client_for(user)
    url = reverse("projects:detail", args=[ingenieries["of_37"].pk])
    assert client.get(url).status_code == 200
    user.memberships.update(ended_at=clock.now())
    assert client.get(url).status_code == 404


def test_the_c2ra_gives_its_opinion_and_nobody_else_does(world, client_for):
    organisations, ingenieries, _ = world
    ingenierie = ingenieries["of_37"]
    url = reverse("projects:avis_c2ra", args=[ingenierie.pk])
    assert client_for(member(organisations["dla37"])).get(url).status_code == 403
    answer = client_for(member(organisations["c2ra24"])).post(url, {"sens": "reserves", "commentaire": "À préciser."})
    assert answer.status_code == 302
    assert ingenierie.avis_c2ra.get().sens == "reserves"


def test_a_c2ra_that_pilots_is_not_asked_for_its_own_opinion(world, client_for):
    from projects.cycle import gates

    organisations, ingenieries, _ = world
    regional = ingenieries["regional"]
    assert (
        client_for(member(organisations["c2ra24"])).get(reverse("projects:avis_c2ra", args=[regional.pk])).status_code
        == 403
    )
    state = {c.definition.code: c for c in gates.conditions_of(regional)}["avis_c2ra"]
    assert state.ok and "pilote" in state.detail


def test_handing_over_moves_the_ingenieries_a_leaver_carried():
    from accounts.handover import HOLDINGS

    dla = OrganisationFactory()
    leaver, heir = member(dla), member(dla)
    ingenierie = engaged(dla, charge_mission=leaver)
    holding = HOLDINGS.get("ingenieries")
    assert holding.count(leaver, dla) == 1
    assert len(holding.transfer(leaver, heir, dla, actor_of(member(dla, role="responsable")))) == 1
    assert Ingenierie.objects.get(pk=ingenierie.pk).charge_mission == heir


def test_who_follows_an_ingenierie_is_a_writing_member_of_its_pilot(client_for):
    pilote, associe = OrganisationFactory.create_batch(2)
    mine = ingenierie_of(pilote, associes=[associe], referent=associe)
    writer, reader, other = member(pilote), member(pilote, role="lecture"), member(associe)
    url = reverse("projects:identite", args=[mine.pk])
    client = client_for(other)
    for person, status in ((reader, 422), (other, 422), (writer, 302)):
        data = {"titre": "T", "pilote": pilote.pk, "associes": [associe.pk], "referent": associe.pk}
        answer = client.post(url, data | {"charge_mission": person.pk, "version": mine.version})
        assert answer.status_code == status, person
        assert status == 302 or "lecture seule : choisissez" in answer.content.decode()
    mine.refresh_from_db()
    assert mine.charge_mission == writer
    with pytest.raises(InvalidInput):
        create_ingenierie(actor=actor_of(other), values={"titre": "T", "charge_mission": writer})


def test_the_dla_referent_does_not_take_the_pilots_place(world):
    from core.errors import NotAllowed

    organisations, ingenieries, actors = world
    ingenierie = ingenieries["of_37_with_45"]
    update_identite(
        ingenierie,
        actor=actors["dla37"],
        expected_version=None,
        values={"referent": organisations["dla45"]},
        many_to_many={},
    )
    ingenierie = Ingenierie.objects.get(pk=ingenierie.pk)
    with pytest.raises(NotAllowed, match="confier le pilotage"):
        update_identite(
            ingenierie,
            actor=actors["dla45"],
            expected_version=None,
            values={"pilote": organisations["dla45"], "charge_mission": None},
            many_to_many={"associes": []},
        )
    update_identite(
        ingenierie,
        actor=actors["dla37"],
        expected_version=None,
        values={"pilote": organisations["dla45"], "charge_mission": None},
        many_to_many={"associes": []},
    )
    assert Ingenierie.objects.visible_to(actors["dla37"]).filter(pk=ingenierie.pk).exists()
