"""The directory of partners: read in the région, kept by its owner."""

import re

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.enums import Role
from core.actor import Actor
from core.errors import InvalidInput, NotAllowed
from core.models import JournalEntry
from partners.directory.annuaire import PARTENAIRES
from partners.directory.enums import Famille
from partners.directory.models import Partenaire
from tests.factories import (
    DepartementFactory,
    OrganisationFactory,
    PartenaireFactory,
    RegionFactory,
    SecteurFactory,
    member,
    member_actor,
)

pytestmark = pytest.mark.django_db
URL = "/partenaires/"
SHEET = {"name": "Fondation du Val", "famille": "financeurs"}
ROUTES = ("detail", "modifier", "retirer", "journal")


def names(response) -> list[str]:
    return re.findall(r'<th scope="row" class="title-cell"><a href="[^"]+">([^<]+)</a>', response.content.decode())


def posted(partenaire: Partenaire, **changes):
    return {"name": partenaire.name, "famille": partenaire.famille, "version": partenaire.version, **changes}


def test_a_member_inscribes_a_partner_and_the_journal_keeps_the_contact_out(client_for):
    user = member()
    response = client_for(user).post(
        reverse("directory:nouveau"), {**SHEET, "contact_name": "Personne à joindre", "website": "www.exemple.fr"}
    )
    partenaire = Partenaire.objects.get()
    assert response.status_code == 302
    assert partenaire.organisation == user.active_membership.organisation
    assert partenaire.website == "https://www.exemple.fr"
    entry = JournalEntry.objects.get(verb="directory.create")
    assert "Personne" not in str(entry.changes)


def test_the_families_are_those_of_the_fiche_pratique():
    assert Famille.labels == [
        "Réseau du DLA",
        "Financeurs",
        "Réseaux et partenaires des bénéficiaires",
        "Structures et personnes ressources",
    ]


def test_the_same_name_in_the_same_directory_is_refused_with_a_link(client_for):
    user = member()
    existing = PartenaireFactory(organisation=user.active_membership.organisation, name="Fondation du Val")
    response = client_for(user).post(reverse("directory:nouveau"), {**SHEET, "name": "FONDATION du val"})
    assert response.status_code == 422
    assert f'<a href="{reverse("directory:detail", args=[existing.pk])}">' in response.content.decode()
    with pytest.raises(IntegrityError), transaction.atomic():
        PartenaireFactory(organisation=existing.organisation, name="fondation DU VAL")


def test_a_close_name_in_the_region_asks_before_inscribing(client_for):
    user = member()
    PartenaireFactory(organisation=OrganisationFactory(), name="La Fondation du Val")
    client = client_for(user)
    response = client.post(reverse("directory:nouveau"), SHEET)
    assert response.status_code == 422
    assert "peut-être déjà inscrit" in response.content.decode()
    assert client.post(reverse("directory:nouveau"), {**SHEET, "confirme": "on"}).status_code == 302


def test_a_close_name_in_another_region_stays_unknown(client_for):
    PartenaireFactory(organisation=OrganisationFactory(region=RegionFactory(bretagne=True)), name="La Fondation du Val")
    assert client_for(member()).post(reverse("directory:nouveau"), SHEET).status_code == 302


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": ""}, "obligatoire"),
        ({"name": "x" * 201}, "trop long"),
        ({"name": "a\x00b"}, "caractère"),
        ({"famille": "inconnue"}, "choix valide"),
        ({"website": "pas une adresse"}, "valide"),
        ({"contact_email": "x"}, "valide"),
        ({"notes": "x" * 5001}, "trop long"),
        ({"region": "999999"}, "pas dans la liste"),
    ],
)
def test_wrong_input_gets_a_message_and_writes_nothing(client_for, changes, words):
    response = client_for(member()).post(reverse("directory:nouveau"), {**SHEET, **changes})
    assert response.status_code == 422
    assert words in response.content.decode()
    assert not Partenaire.objects.exists()


def test_a_partner_has_one_territory(client_for):
    departement = DepartementFactory(loiret=True)
    data = {**SHEET, "departement": departement.pk, "region": departement.region_id}
    response = client_for(member()).post(reverse("directory:nouveau"), data)
    assert response.status_code == 422
    assert "pas les deux" in response.content.decode()
    with pytest.raises(IntegrityError), transaction.atomic():
        PartenaireFactory(departement=departement, region=departement.region)


def test_html_in_a_name_is_shown_as_text(client_for):
    client = client_for(member())
    client.post(reverse("directory:nouveau"), {**SHEET, "name": "<script>alert(1)</script>"})
    pk = Partenaire.objects.get().pk
    for url in (URL, reverse("directory:detail", args=[pk]), reverse("directory:modifier", args=[pk])):
        assert "<script>alert" not in client.get(url).content.decode()


def test_the_region_reads_and_the_owner_alone_writes(client_for):
    partenaire = PartenaireFactory()
    region = partenaire.organisation.region
    for organisation in (OrganisationFactory(region=region), OrganisationFactory(c2ra=True, region=region)):
        client = client_for(member(organisation))
        assert client.get(reverse("directory:detail", args=[partenaire.pk])).status_code == 200
        assert names(client.get(URL)) == [partenaire.name]
        for route in ("modifier", "retirer", "reprendre"):
            response = client.post(reverse(f"directory:{route}", args=[partenaire.pk]), posted(partenaire, reason="x"))
            assert response.status_code == 403, route
            assert "tenue par" in response.content.decode()
    partenaire.refresh_from_db()
    assert partenaire.version == 1


def test_another_region_finds_none_of_the_pages(client_for):
    partenaire = PartenaireFactory()
    client = client_for(member(OrganisationFactory(region=RegionFactory(bretagne=True))))
    for route in ROUTES:
        assert client.get(reverse(f"directory:{route}", args=[partenaire.pk])).status_code == 404, route
    for route in ("modifier", "retirer", "reprendre"):
        response = client.post(reverse(f"directory:{route}", args=[partenaire.pk]), posted(partenaire, reason="x"))
        assert response.status_code == 404, route
    assert names(client.get(URL)) == []


def test_a_read_only_member_may_not_write(client_for):
    dla = OrganisationFactory()
    partenaire = PartenaireFactory(organisation=dla)
    client = client_for(member(dla, role=Role.LECTURE))
    assert client.post(reverse("directory:nouveau"), SHEET).status_code == 403
    assert client.get(reverse("directory:modifier", args=[partenaire.pk])).status_code == 403


def test_two_people_editing_lose_nothing(client_for):
    dla = OrganisationFactory()
    partenaire = PartenaireFactory(organisation=dla)
    url = reverse("directory:modifier", args=[partenaire.pk])
    assert client_for(member(dla)).post(url, posted(partenaire, sigle="UN")).status_code == 302
    response = client_for(member(dla)).post(url, posted(partenaire, notes="Mes notes"))
    assert response.status_code == 409
    assert "Mes notes" in response.content.decode()


def test_a_partner_leaves_the_active_directory_and_comes_back(client_for):
    user = member()
    partenaire = PartenaireFactory(organisation=user.active_membership.organisation)
    client = client_for(user)
    url = reverse("directory:retirer", args=[partenaire.pk])
    assert client.post(url, {"version": 1, "reason": ""}).status_code == 422
    assert client.post(url, {"version": 1, "reason": "Dispositif terminé"}).status_code == 302
    assert names(client.get(URL)) == []
    assert names(client.get(URL, {"etat": "retires"})) == [partenaire.name]
    assert client.post(reverse("directory:reprendre", args=[partenaire.pk])).status_code == 302
    assert names(client.get(URL)) == [partenaire.name]


def test_filters_find_those_who_act_in_a_departement(client_for):
    user = member()
    dla = user.active_membership.organisation
    loiret = DepartementFactory(loiret=True)
    PartenaireFactory(organisation=dla, name="A du Loiret", departement=loiret)
    PartenaireFactory(organisation=dla, name="B régional", region=loiret.region)
    PartenaireFactory(organisation=dla, name="C national", famille="ressources")
    PartenaireFactory(organisation=dla, name="D d’ailleurs", departement=DepartementFactory(indre_et_loire=True))
    PartenaireFactory(name="E de sport", departement=loiret, secteur=SecteurFactory(sport=True))
    client = client_for(user)
    assert names(client.get(URL, {"departement": "45"})) == ["A du Loiret", "B régional", "C national", "E de sport"]
    assert names(client.get(URL, {"famille": "ressources"})) == ["C national"]
    assert names(client.get(URL, {"tenu": "nous", "departement": "45"})) == ["A du Loiret", "B régional", "C national"]
    assert names(client.get(URL, {"q": "loiret", "tri": "-nom"})) == ["E de sport", "A du Loiret"]


def test_the_list_makes_as_many_queries_for_30_rows_as_for_one(client_for, count_queries):
    user = member()
    dla = user.active_membership.organisation
    client = client_for(user)
    PartenaireFactory(organisation=dla)
    client.get(URL)
    one = count_queries(lambda: client.get(URL))
    PartenaireFactory.create_batch(29, organisation=dla, departement=DepartementFactory(loiret=True))
    assert count_queries(lambda: client.get(URL)) == one


def test_htmx_gets_the_same_part_as_the_full_page(client_for):
    user = member()
    PartenaireFactory.create_batch(2, organisation=user.active_membership.organisation)
    client = client_for(user)
    full = client.get(URL).content.decode()
    partial = client.get(URL, headers={"HX-Request": "true"}).content.decode()
    assert partial.strip() in full and "<html" not in partial


def test_exports_follow_the_filters_and_hold_no_formula(client_for):
    user = member()
    PartenaireFactory(organisation=user.active_membership.organisation, name="+33", contact_email="x@example.org")
    client = client_for(user)
    text = client.get(URL, {"export": "csv"}).content.decode("utf-8-sig")
    assert "'+33" in text and "example.org" not in text
    assert client.get(URL, {"export": "xlsx"}).content.startswith(b"PK")
    assert client.get(URL, {"export": "zip"}).status_code == 422


def test_predicate_and_queryset_give_the_same_answer_for_every_role_and_partner():
    centre, bretagne = RegionFactory(centre=True), RegionFactory(bretagne=True)
    organisations = [
        OrganisationFactory(region=centre),
        OrganisationFactory(region=centre),
        OrganisationFactory(region=bretagne),
        OrganisationFactory(c2ra=True, region=centre),
        OrganisationFactory(cnar=True),
        OrganisationFactory(avise=True),
    ]
    for organisation in organisations[:4]:
        PartenaireFactory(organisation=organisation)
    partenaires = list(Partenaire.objects.select_related("organisation"))
    actors = [member_actor(o, role) for o in organisations for role in Role.values]
    for actor in [*actors, Actor.system("essai"), Actor.anonymous(), Actor.for_user(member())]:
        visible = set(Partenaire.objects.visible_to(actor))
        for partenaire in partenaires:
            assert PARTENAIRES.can_view(actor, partenaire) == (partenaire in visible)
            if PARTENAIRES.can_edit(actor, partenaire):
                assert partenaire in visible


def test_the_service_checks_even_without_form():
    actor = member_actor()
    for wrong in (
        {"name": "", "famille": "financeurs"},
        {"name": "A", "famille": "x"},
        {**SHEET, "website": "javascript:alert(1)"},
        {"pk": 4},
    ):
        with pytest.raises(InvalidInput):
            PARTENAIRES.create(wrong, actor=actor)
    with pytest.raises(NotAllowed):
        PARTENAIRES.create(SHEET, actor=member_actor(OrganisationFactory(avise=True)))
