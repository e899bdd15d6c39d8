"""« Existe-t-il déjà ? »: what is near and why, only what the actor may list; the answer is evidence."""

from __future__ import annotations

import pytest
from django.urls import reverse

from core.errors import InvalidInput, NotAllowed
from projects import evidence
from projects.identification import existant, services
from projects.identification.models import ExamenExistant
from projects.ingenierie.models import Ingenierie
from tests.factories import (
    DepartementFactory,
    OrganisationFactory,
    RegionFactory,
    SecteurFactory,
    TypePrestationFactory,
    individuelle_of,
    ingenierie_of,
    member,
    member_actor,
)
from tests.strict import StrictClient

pytestmark = pytest.mark.django_db


@pytest.fixture
def dla():
    return OrganisationFactory()


@pytest.fixture
def finance():
    return TypePrestationFactory(label="Gestion financière")


@pytest.fixture
def mine(dla, finance):
    made = ingenierie_of(
        dla,
        titre="Négocier avec sa banque",
        themes=[finance],
        secteurs=[SecteurFactory(sport=True)],
        departements=list(dla.departements.all()),
    )
    services.update_section(
        made,
        "problematique",
        actor=member_actor(dla),
        expected_version=None,
        values={"besoins": "Des découverts bancaires répétés, faute de trésorerie."},
    )
    return Ingenierie.objects.get(pk=made.pk)


def found(ingenierie, actor):
    return existant.near(existant.subject_of(ingenierie, ingenierie.problematique), actor)


def test_words_are_normalised_and_those_that_say_nothing_left_out():
    words = existant.words_of("Les structures négocient leurs emprunts BANCAIRES, à l’échelle du territoire")
    assert words == {"negoci": "négocient", "emprun": "emprunts", "bancai": "bancaires", "echell": "échelle"}
    assert existant.stem("bancaires") == existant.stem("bancaire")


def test_what_is_near_says_why_and_the_nearest_comes_first(mine, dla, finance):
    place = list(dla.departements.all())
    twin = ingenierie_of(
        dla, titre="Banque et trésorerie", themes=[finance], secteurs=[SecteurFactory(sport=True)], departements=place
    )
    theme = ingenierie_of(OrganisationFactory(region=dla.region), titre="Tenir ses comptes", themes=[finance])
    ingenierie_of(dla, titre="Mécénat des musées", themes=[TypePrestationFactory()], departements=place)
    near = found(mine, member_actor(dla))
    assert [n.title for n in near] == [twin.titre, theme.titre]
    assert near[0].reasons == (
        "même thème : Gestion financière",
        "même secteur : Sport",
        f"même territoire : {place[0]}",
        "mots en commun : banque, trésorerie",
    )
    assert near[0].score > near[1].score >= existant.LEAST
    assert near[1].reasons[0] == "même thème : Gestion financière"


def test_only_what_the_actor_may_list_and_never_itself_nor_a_single_structure(mine, dla, finance):
    place = list(dla.departements.all())
    far = OrganisationFactory(region=RegionFactory(bretagne=True))
    elsewhere = ingenierie_of(
        far, titre="Négocier avec sa banque", themes=[finance], departements=[DepartementFactory(region=far.region)]
    )
    individuelle_of(dla, titre="Négocier avec sa banque", themes=[finance])
    assert found(mine, member_actor(dla)) == []
    # Listed once the neighbours' région is that of a common territory; a stranger lists nothing of it.
    shared = ingenierie_of(far, titre="Négocier avec sa banque", themes=[finance], departements=place)
    assert [n.key for n in found(mine, member_actor(dla))] == [f"ingenierie-{shared.pk}"]
    assert elsewhere.titre == shared.titre


def test_the_words_of_a_dossier_one_may_not_read_do_not_count(mine, dla, finance):
    neighbour = OrganisationFactory(region=dla.region)
    theirs = ingenierie_of(neighbour, titre="Tenir ses comptes", themes=[finance])
    services.update_section(
        theirs,
        "problematique",
        actor=member_actor(neighbour),
        expected_version=None,
        values={"besoins": "Trésorerie, banque, découverts."},
    )
    told = " ".join(found(mine, member_actor(dla))[0].reasons)
    assert "mots en commun" not in told
    c2ra = member_actor(OrganisationFactory(c2ra=True, region=dla.region))
    assert "mots en commun" in " ".join(found(mine, c2ra)[0].reasons)


def test_the_answer_keeps_who_when_and_what_was_consulted_and_is_evidence(mine, dla, finance):
    actor = member_actor(dla)
    ingenierie_of(dla, titre="Banque et trésorerie", themes=[finance])
    [near] = found(mine, actor)
    row = services.record_existant(
        mine, actor=actor, reponse="complementaire", commentaire="Autre public.", consultes=[near.key]
    )
    assert row.by_label == actor.label
    assert row.consultes == [{"cle": near.key, "titre": near.title, "score": near.score, "raisons": list(near.reasons)}]
    proof = evidence.evidence_for(mine)["engager.partenariat.interet"]
    assert "complémentaire à l’existant" in proof.text and proof.url.endswith(f"/{mine.pk}/existant/")
    services.record_existant(mine, actor=actor, reponse="doublon", commentaire="Finalement, c’est la même.")
    assert "double emploi" in evidence.evidence_for(mine)["engager.partenariat.interet"].text
    assert ExamenExistant.objects.count() == 2


@pytest.mark.parametrize(
    "wrong",
    [{"reponse": "peut-être"}, {"commentaire": "  "}, {"consultes": ["ingenierie-999999"]}],
    ids=lambda wrong: next(iter(wrong)),
)
def test_a_wrong_answer_writes_nothing(mine, dla, wrong):
    values = {"reponse": "complementaire", "commentaire": "Rien de proche.", **wrong}
    with pytest.raises(InvalidInput):
        services.record_existant(mine, actor=member_actor(dla), **values)
    assert not ExamenExistant.objects.exists()


def test_who_does_not_contribute_does_not_answer(mine, dla):
    for actor in (member_actor(dla, "lecture"), member_actor(OrganisationFactory(region=dla.region))):
        with pytest.raises(NotAllowed):
            services.record_existant(mine, actor=actor, reponse="complementaire", commentaire="Rien.")


def test_the_page_shows_what_is_near_keeps_what_was_typed_and_then_what_was_answered(mine, dla, finance):
    ingenierie_of(dla, titre="Banque et trésorerie", themes=[finance])
    client = StrictClient()
    client.force_login(member(dla))
    url = reverse("projects:existant", args=[mine.pk])
    page = client.get(url).content.decode()
    assert "Banque et trésorerie" in page and "même thème : Gestion financière" in page
    key = page.split('name="consultes" value="')[1].split('"')[0]
    again = client.post(url, {"commentaire": "Autre public.", "consultes": [key]})
    kept = again.content.decode()
    assert again.status_code == 422 and "Autre public." in kept and "checked" in kept
    answer = client.post(url, {"reponse": "complementaire", "commentaire": "Autre public.", "consultes": [key]})
    assert answer.status_code == 302
    assert "élément consulté" in client.get(url).content.decode()
    assert "complémentaire à l’existant" in client.get(reverse("projects:detail", args=[mine.pk])).content.decode()
    alone = individuelle_of(dla)
    assert client.get(reverse("projects:existant", args=[alone.pk])).status_code == 404


def test_thirty_neighbours_cost_what_one_costs(mine, dla, finance, count_queries):
    actor = member_actor(dla)
    ingenierie_of(dla, titre="Banque et trésorerie", themes=[finance])
    found(mine, actor)
    one = count_queries(lambda: found(mine, actor))
    for n in range(29):
        ingenierie_of(dla, titre=f"Banque et trésorerie {n}", themes=[finance])
    assert count_queries(lambda: found(mine, actor)) == one
    assert len(found(mine, actor)) == existant.SHOWN
