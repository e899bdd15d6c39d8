"""Pooling of needs: the C2RA proposes, the DLA accept, decline or join, an ingénierie opens with them."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse

from core import clock
from core.errors import ConditionsNotMet, EditConflict, InvalidInput, NotAllowed
from core.models import JournalEntry, OutboxMail
from projects.besoins import dashboard
from projects.besoins.models import Mutualisation, ReponseMutualisation
from projects.besoins.services import mutualisation as pooling
from projects.ingenierie.models import Ingenierie
from referentiels import lists
from tests.factories import (
    OrganisationFactory,
    RegionFactory,
    StructureFactory,
    TypePrestationFactory,
    diagnostic_of,
    member,
    member_actor,
)
from tests.strict import StrictClient

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh_lists():
    lists.forget()
    yield
    lists.forget()


@pytest.fixture
def theme():
    return TypePrestationFactory(code="paie-recette", label="Mutualisation")


@pytest.fixture
def c2ra():
    return OrganisationFactory(c2ra=True, region=RegionFactory(centre=True), name="C2RA Centre")


@pytest.fixture
def dlas(c2ra, theme):
    """Three DLA of the région, each with a structure that has the need."""
    found = [OrganisationFactory(region=c2ra.region, name=f"DLA {n}") for n in "ABC"]
    for dla in found:
        s = StructureFactory(organisation=dla, departement=dla.departements.first(), name=f"Structure de {dla}")
        diagnostic_of(s, shared=True, needs=[theme])
    return found


def proposal(c2ra, dlas, theme, **values):
    values = {
        "titre": "Mutualiser la paie",
        "message": "Trois départements, le même besoin.",
        "theme": theme,
        "secteur": None,
        "reponse_avant": clock.today() + dt.timedelta(days=20),
        "seuil": 2,
        **values,
    }
    return pooling.propose(values, [d.pk for d in dlas], actor=member_actor(c2ra))


def accept(found, dla, reponse="accepte"):
    own = [s.pk for s in pooling.own_structures(found, dla)]
    return pooling.answer(found, reponse, actor=member_actor(dla), structures=own)


def opened(found, c2ra, titre="Paie partagée"):
    fresh = Mutualisation.objects.get(pk=found.pk)
    return pooling.open_pooled(
        fresh, actor=member_actor(c2ra), titre=titre, expected_state=fresh.state, version=fresh.version
    )


def test_each_dla_asked_is_written_to_and_finds_it_on_its_home_page(c2ra, dlas, theme):
    responsable, colleague = member(dlas[0], "responsable"), member(dlas[0])
    alone = member(dlas[1])
    found = proposal(c2ra, dlas[:2], theme)
    assert set(OutboxMail.objects.values_list("to", flat=True)) == {responsable.email, alone.email}
    assert colleague.email != responsable.email
    [todo] = dashboard.pooling(member_actor(dlas[0]))
    assert todo.title == "Mutualiser la paie" and todo.url.endswith(f"/{found.pk}/") and not todo.late
    assert dashboard.pooling(member_actor(dlas[2])) == []
    assert dashboard.pooling(member_actor(dlas[0], "lecture")) == []
    accept(found, dlas[0])
    assert dashboard.pooling(member_actor(dlas[0])) == []


def test_only_the_c2ra_proposes_to_dla_of_its_region_and_to_enough_of_them(c2ra, dlas, theme):
    far = OrganisationFactory(region=RegionFactory(bretagne=True))
    with pytest.raises(NotAllowed):
        proposal(dlas[0], dlas[1:], theme)
    for chosen, values in (
        ([*dlas[:1], far], {}),
        (dlas[:1], {}),
        (dlas[:2], {"seuil": 3}),
        (dlas, {"reponse_avant": clock.today()}),
    ):
        with pytest.raises(InvalidInput):
            proposal(c2ra, chosen, theme, **values)
    assert not Mutualisation.objects.exists() and not OutboxMail.objects.exists()


def test_accept_decline_and_join_until_it_opens_with_those_who_take_part(c2ra, dlas, theme):
    a, b, c = dlas
    found = proposal(c2ra, [a, b], theme)
    accept(found, a)
    with pytest.raises(InvalidInput, match="pourquoi"):
        pooling.answer(found, "decline", actor=member_actor(b))
    pooling.answer(found, "decline", actor=member_actor(b), commentaire="Déjà fait avec la fédération.")
    with pytest.raises(ConditionsNotMet, match="conditions"):
        opened(found, c2ra)
    assert not Ingenierie.objects.exists(), "rien n’est écrit quand il en manque"
    accept(found, c, "rejoint")
    [todo] = dashboard.pooling(member_actor(c2ra))
    assert "peut s’ouvrir" in todo.detail
    made = opened(found, c2ra)
    assert made.pilote == c2ra and set(made.associes.all()) == {a, c}
    assert {str(s.structure) for s in made.structures_ciblees.all()} == {"Structure de DLA A", "Structure de DLA C"}
    assert list(made.themes.all()) == [theme]
    assert made.problematique.origines == ["diagnostics"]
    assert "Besoins mutualisés entre DLA A, DLA C." in made.problematique.origines_precisions
    closed = Mutualisation.objects.get(pk=found.pk)
    assert (closed.state, closed.ingenierie) == ("ouverte", made)
    with pytest.raises(NotAllowed, match="close"):
        accept(closed, b)
    assert dashboard.pooling(member_actor(c2ra)) == []


def test_a_double_click_opens_one_ingenierie(c2ra, dlas, theme):
    found = proposal(c2ra, dlas, theme)
    for dla in dlas[:2]:
        accept(found, dla)
    fresh = Mutualisation.objects.get(pk=found.pk)
    actor = member_actor(c2ra)
    values = {"actor": actor, "titre": "Paie", "expected_state": fresh.state, "version": fresh.version}
    pooling.open_pooled(fresh, **values)
    with pytest.raises(Exception, match="à jour"):
        pooling.open_pooled(fresh, **values)
    assert Ingenierie.objects.count() == 1


def test_a_dla_brings_its_own_structures_that_have_the_need(c2ra, dlas, theme):
    found = proposal(c2ra, dlas, theme)
    theirs = pooling.own_structures(found, dlas[1])[0]
    without = StructureFactory(organisation=dlas[0])
    for wrong in ([theirs.pk], [without.pk], []):
        with pytest.raises(InvalidInput):
            pooling.answer(found, "accepte", actor=member_actor(dlas[0]), structures=wrong)
    with pytest.raises(InvalidInput, match="Choisissez"):
        pooling.answer(found, "rejoint", actor=member_actor(dlas[0]), structures=[])
    assert not ReponseMutualisation.objects.exclude(reponse="en_attente").exists()


def test_strangers_do_not_answer_and_two_colleagues_are_told(c2ra, dlas, theme):
    found = proposal(c2ra, dlas, theme)
    far = OrganisationFactory(region=RegionFactory(bretagne=True))
    for actor in (member_actor(far), member_actor(dlas[0], "lecture"), member_actor(c2ra)):
        with pytest.raises(NotAllowed):
            pooling.answer(found, "accepte", actor=actor)
    row = found.reponses.get(organisation=dlas[0])
    accept(found, dlas[0])
    with pytest.raises(EditConflict):
        pooling.answer(found, "decline", actor=member_actor(dlas[0]), commentaire="Non.", expected_version=row.version)


def test_giving_up_needs_a_reason_and_belongs_to_the_c2ra_that_proposed(c2ra, dlas, theme):
    found = proposal(c2ra, dlas, theme)
    values = {"expected_state": "proposee", "version": found.version}
    other = OrganisationFactory(c2ra=True, region=RegionFactory(bretagne=True))
    for organisation in (dlas[0], other):
        with pytest.raises(NotAllowed):
            pooling.give_up(found, actor=member_actor(organisation), reason="Non.", **values)
    with pytest.raises(InvalidInput, match="motif"):
        pooling.give_up(found, actor=member_actor(c2ra), reason=" ", **values)
    assert pooling.give_up(found, actor=member_actor(c2ra), reason="Trop tôt.", **values).state == "abandonnee"
    assert JournalEntry.objects.filter(verb="projects.mutualisation.abandonner", reason="Trop tôt.").exists()


# --- Pages ----------------------------------------------------------------------------------------------------------


def browser(organisation, role="charge_mission"):
    client = StrictClient()
    client.force_login(member(organisation, role))
    return client


def test_the_c2ra_proposes_from_a_cell_and_the_dla_answer_by_their_pages(c2ra, dlas, theme):
    theirs, ours = browser(c2ra), browser(dlas[0])
    url = f"{reverse('besoins:mutualisation_nouvelle')}?theme={theme.code}"
    page = theirs.get(url).content.decode()
    assert all(dla.name in page for dla in dlas)
    assert theirs.get(reverse("besoins:mutualisation_nouvelle")).status_code == 302
    values = {"titre": "Mutualiser la paie", "message": "Ensemble.", "seuil": "2", "dla": [d.pk for d in dlas[:2]]}
    wrong = theirs.post(url, values | {"reponse_avant": "2020-01-01"})
    assert wrong.status_code == 422 and "Ensemble." in wrong.content.decode()
    later = (clock.today() + dt.timedelta(days=9)).isoformat()
    assert theirs.post(url, values | {"reponse_avant": later}).status_code == 302
    found = Mutualisation.objects.get()
    detail = reverse("besoins:mutualisation", args=[found.pk])
    answer = reverse("besoins:mutualisation_repondre", args=[found.pk])
    assert "Structure de DLA A" in ours.get(detail).content.decode()
    refused = ours.post(answer, {"reponse": "decline", "version": "1"})
    assert refused.status_code == 422 and "Dites pourquoi" in refused.content.decode()
    own = pooling.own_structures(found, dlas[0])[0]
    assert ours.post(answer, {"reponse": "accepte", "version": "1", "structure": own.pk}).status_code == 302
    joins = browser(dlas[2])
    third = pooling.own_structures(found, dlas[2])[0]
    assert "Rejoindre" in joins.get(detail).content.decode()
    assert joins.post(answer, {"reponse": "rejoint", "structure": third.pk}).status_code == 302
    told = theirs.get(detail).content.decode()
    assert "2 sur 2 accords" in told and "Ouvrir avec les DLA" in told
    fresh = Mutualisation.objects.get()
    go = theirs.post(
        reverse("besoins:mutualisation_ouvrir", args=[found.pk]),
        {"titre": "Paie partagée", "expected_state": fresh.state, "version": fresh.version},
    )
    assert go["Location"] == reverse("projects:detail", args=[Ingenierie.objects.get().pk])
    assert "Paie partagée" in ours.get(detail).content.decode()


def test_the_list_costs_the_same_for_one_and_thirty(c2ra, dlas, theme, count_queries):
    client, url = browser(dlas[0]), reverse("besoins:mutualisations")
    proposal(c2ra, dlas, theme)
    client.get(url)
    one = count_queries(lambda: client.get(url))
    for n in range(24):
        proposal(c2ra, dlas, theme, titre=f"Proposition {n}")
    client.get(url)
    assert count_queries(lambda: client.get(url)) == one


def test_another_region_finds_nothing(c2ra, dlas, theme):
    found = proposal(c2ra, dlas, theme)
    far = browser(OrganisationFactory(region=RegionFactory(bretagne=True)), "responsable")
    assert far.get(reverse("besoins:mutualisation", args=[found.pk])).status_code == 404
    for route in ("repondre", "ouvrir", "abandonner"):
        assert far.post(reverse(f"besoins:mutualisation_{route}", args=[found.pk]), {}).status_code == 404
    assert found.titre not in far.get(reverse("besoins:mutualisations")).content.decode()
