"""Who reads and who changes the structures of an ingénierie."""

import pytest
from django.urls import reverse

from accounts.enums import Role
from core.actor import Actor
from core.errors import NotAllowed
from projects.cycle import services as cycle
from projects.enums import EtatMobilisation
from projects.structures_ciblees import services
from projects.structures_ciblees.models import StructureCiblee
from structures.annuaire.annuaire import STRUCTURES
from structures.annuaire.models import Structure
from tests.factories import (
    OrganisationFactory,
    RegionFactory,
    StructureFactory,
    ingenierie_of,
    member,
    member_actor,
)
from tests.projects.structures_ciblees.targeting import act, click, sheet, target

pytestmark = pytest.mark.django_db


@pytest.fixture
def user():
    return member()


@pytest.fixture
def dla(user):
    return user.active_membership.organisation


@pytest.fixture
def ingenierie(dla):
    return ingenierie_of(dla)


@pytest.fixture
def url(ingenierie):
    return reverse("projects:structures", args=[ingenierie.pk])


# --- Rights ---------------------------------------------------------------------------------------------------------


def routes(ingenierie, ciblee):
    one = [ingenierie.pk, ciblee.pk]
    return {
        "structures": reverse("projects:structures", args=one[:1]),
        "structures_add": reverse("projects:structures_add", args=one[:1]),
        "structures_new": reverse("projects:structures_new", args=one[:1]),
        "structure": reverse("projects:structure", args=one),
        "structure_edit": reverse("projects:structure_edit", args=one),
        "structure_remove": reverse("projects:structure_remove", args=one),
    }


def everything(ciblee):
    return {**click(ciblee, "contacter"), **sheet(), "structure": ciblee.structure_id, "note": "x", "reason": "x"}


def test_a_dla_of_the_region_that_is_not_associated_finds_none_of_the_pages(client_for, ingenierie):
    ciblee = target(ingenierie)
    client = client_for(member(OrganisationFactory(region=ingenierie.pilote.region)))
    for name, address in routes(ingenierie, ciblee).items():
        if name != "structure_remove":
            assert client.get(address).status_code == 404, name
        assert client.post(address, everything(ciblee)).status_code == 404, name
    assert StructureCiblee.objects.get().version == ciblee.version


def test_the_c2ra_of_the_region_reads_and_does_not_write(client_for, ingenierie):
    ciblee = target(ingenierie)
    client = client_for(member(OrganisationFactory(c2ra=True, region=ingenierie.pilote.region)))
    addresses = routes(ingenierie, ciblee)
    page = client.get(addresses["structures"]).content.decode()
    assert ciblee.structure.name in page and 'name="action"' not in page
    assert client.get(addresses["structure"]).status_code == 200
    for name, address in addresses.items():
        assert client.post(address, everything(ciblee)).status_code == 403, name
    for name in ("structures_add", "structures_new", "structure_edit"):
        assert client.get(addresses[name]).status_code == 403, name
    assert StructureCiblee.objects.get().version == ciblee.version


def test_a_read_only_member_of_the_pilot_writes_nothing(client_for, dla, ingenierie):
    ciblee = target(ingenierie)
    client = client_for(member(dla, role=Role.LECTURE))
    for name, address in routes(ingenierie, ciblee).items():
        assert client.post(address, everything(ciblee)).status_code == 403, name


def test_nothing_is_written_once_the_ingenierie_is_abandoned(client_for, user, ingenierie):
    ciblee = target(ingenierie)
    closed = cycle.perform_action(
        ingenierie,
        "abandonner",
        actor=Actor.system("recette"),
        expected_state=ingenierie.state,
        version=ingenierie.version,
        reason="Sans suite",
    )
    client = client_for(user)
    for name, address in routes(closed, ciblee).items():
        assert client.post(address, everything(ciblee)).status_code == 403, name
    assert client.get(routes(closed, ciblee)["structure"]).status_code == 200
    with pytest.raises(NotAllowed):
        services.add_structures(closed, [ciblee.structure_id], actor=Actor.system("recette"))


def test_a_targeted_structure_of_another_ingenierie_is_not_found(client_for, user, dla, ingenierie, url):
    elsewhere = target(ingenierie_of(dla, titre="Une autre ingénierie"))
    client = client_for(user)
    assert client.post(url, click(elsewhere, "contacter")).status_code == 404
    assert client.post(url, {**click(elsewhere, "contacter"), "ciblee": "x"}).status_code == 404
    for name in ("structure", "structure_edit"):
        assert client.get(reverse(f"projects:{name}", args=[ingenierie.pk, elsewhere.pk])).status_code == 404
    address = reverse("projects:structure_remove", args=[ingenierie.pk, elsewhere.pk])
    assert client.post(address).status_code == 404


def test_the_dlas_of_an_ingenierie_read_the_sheet_of_its_structures_until_withdrawn(client_for, dla):
    neighbour = member()
    ingenierie = ingenierie_of(dla, associes=[neighbour.active_membership.organisation])
    ciblee = target(ingenierie)
    client = client_for(neighbour)
    address = reverse("structures:detail", args=[ciblee.structure_id])
    assert client.get(address).status_code == 200
    assert client.post(reverse("structures:modifier", args=[ciblee.structure_id]), {}).status_code == 403
    assert ciblee.structure.name not in client.get(reverse("structures:liste")).content.decode()
    act(ciblee, "retirer", Actor.system("recette"))
    assert client.get(address).status_code == 404


def test_predicate_and_queryset_agree_on_the_structures_that_ingenieries_open():
    centre, bretagne = RegionFactory(centre=True), RegionFactory(bretagne=True)
    pilote, associated, stranger = (OrganisationFactory(region=centre) for _ in range(3))
    far = OrganisationFactory(region=bretagne)
    c2ra, far_c2ra = OrganisationFactory(c2ra=True, region=centre), OrganisationFactory(c2ra=True, region=bretagne)
    others = [OrganisationFactory(cnar=True), OrganisationFactory(avise=True)]
    ingenierie = ingenierie_of(pilote, associes=[associated, far, c2ra])
    for organisation in (pilote, associated, far):
        target(ingenierie, organisation=organisation)
    target(ingenierie, EtatMobilisation.RETIREE)
    StructureFactory(organisation=pilote)
    StructureFactory(organisation=stranger)
    structures = list(Structure.objects.select_related("organisation"))
    for organisation in (pilote, associated, stranger, far, c2ra, far_c2ra, *others):
        actor = member_actor(organisation)
        visible = set(Structure.objects.visible_to(actor))
        for structure in structures:
            assert STRUCTURES.can_view(actor, structure) == (structure in visible), (actor, structure)


def test_the_history_of_a_structure_shows_what_the_reader_may_see(client_for, user, dla, ingenierie):
    ciblee = target(ingenierie)
    page = client_for(user).get(reverse("structures:detail", args=[ciblee.structure_id])).content.decode()
    assert ingenierie.titre in page
    assert reverse("projects:structure", args=[ingenierie.pk, ciblee.pk]) in page


def test_the_history_makes_as_many_queries_for_many_ingenieries_as_for_one(client_for, user, dla, count_queries):
    ciblee = target(ingenierie_of(dla))
    address = reverse("structures:detail", args=[ciblee.structure_id])
    client = client_for(user)
    client.get(address)
    one = count_queries(lambda: client.get(address))
    for number in range(5):
        other = ingenierie_of(dla, titre=f"Ingénierie {number}")
        services.add_structures(other, [ciblee.structure_id], actor=Actor.system("recette"))
    assert count_queries(lambda: client.get(address)) == one
