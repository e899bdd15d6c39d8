"""What the library brings to a dossier: « Existe-t-il déjà ? », and what helped others beside each action."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from capitalisation.bibliotheque.enums import EtatRessource, Lecteurs
from capitalisation.bibliotheque.services.ressources import reindex
from capitalisation.recherche.aides import aides
from capitalisation.recherche.existe import bibliotheque
from capitalisation.usages.models import Utilisation
from projects.identification.existant import near, subject_of
from projects.ingenierie.models import Ingenierie
from tests.capitalisation.scene import ressource
from tests.factories import (
    OrganisationFactory,
    RegionFactory,
    SecteurFactory,
    TypePrestationFactory,
    actor_of,
    ingenierie_of,
    member,
)

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]


@pytest.fixture
def dla():
    return OrganisationFactory(dla=True)


@pytest.fixture
def user(dla):
    return member(dla)


@pytest.fixture
def ailleurs():
    return OrganisationFactory(dla=True, region=RegionFactory(bretagne=True))


@pytest.fixture
def theme():
    return TypePrestationFactory(code="finances", label="Finances")


@pytest.fixture
def dossier(dla, theme):
    made = ingenierie_of(
        dla, titre="Trésorerie des compagnies", themes=[theme], secteurs=[SecteurFactory(culture=True)]
    )
    return Ingenierie.objects.select_related("pilote", "problematique").get(pk=made.pk)


@pytest.fixture
def action(dossier) -> str:
    return dossier.checklist.exclude(code="").first().code


def about(organisation, titre, *, themes=(), **more):
    found = ressource(organisation, titre=titre, **more)
    found.themes.set(themes)
    return reindex(found)


# --- « Existe-t-il déjà ? » -----------------------------------------------------------------------------------------


def test_the_fiche_of_a_dla_of_another_region_is_found_from_the_problematique(
    client_for, user, dossier, ailleurs, theme
):
    about(ailleurs, "Trésorerie des compagnies de théâtre", themes=[theme], support="fiche_experience")
    page = client_for(user).get(reverse("projects:existant", args=[dossier.pk])).content.decode()
    assert "Trésorerie des compagnies de théâtre" in page
    assert "Fiche expérience" in page
    assert "même thème : Finances" in page
    assert re.search(rf'href="/bibliotheque/\d+/\?pour={dossier.pk}"', page)


def test_a_fiche_that_bears_the_title_of_its_ingenierie_is_told_from_it(client_for, user, dla, dossier, theme):
    ingenierie_of(dla, titre="Trésorerie de tous", themes=[theme])
    about(dla, "Trésorerie de tous", themes=[theme], support="fiche_experience")
    page = client_for(user).get(reverse("projects:existant", args=[dossier.pk])).content.decode()
    assert len(re.findall(r"<a [^>]*>Trésorerie de tous<span", page)) == 2


def test_only_what_is_published_and_read_is_near(user, dossier, ailleurs, theme):
    about(ailleurs, "Trésorerie : brouillon", themes=[theme], state=EtatRessource.BROUILLON)
    about(ailleurs, "Trésorerie : de l’autre région", themes=[theme], lecteurs=Lecteurs.REGION)
    about(ailleurs, "Trésorerie : archivée", themes=[theme], state=EtatRessource.ARCHIVEE, lecteurs=Lecteurs.RESEAU)
    about(ailleurs, "Trésorerie : d’elle-même", themes=[theme], ingenierie=dossier)
    about(ailleurs, "Danser")
    found = bibliotheque(subject_of(dossier, dossier.problematique), actor_of(user))
    assert list(found) == []


def test_what_is_near_costs_the_same_queries_for_thirty(count_queries, user, dossier, ailleurs, theme):
    subject, actor = subject_of(dossier, dossier.problematique), actor_of(user)
    about(ailleurs, "Trésorerie 0", themes=[theme])
    near(subject, actor)
    one = count_queries(lambda: near(subject, actor))
    for n in range(1, 30):
        about(ailleurs, f"Trésorerie {n}", themes=[theme])
    assert count_queries(lambda: near(subject, actor)) == one
    assert len(near(subject, actor)) == 12


# --- Beside each action ---------------------------------------------------------------------------------------------


def test_beside_an_action_come_those_used_for_near_ingenieries_then_the_national_references(
    user, dossier, action, ailleurs, theme
):
    used = about(ailleurs, "Servie à côté", actions=[action])
    about(ailleurs, "Référence", actions=[action], state=EtatRessource.REFERENCE_NATIONALE)
    about(ailleurs, "Très utilisée ailleurs", actions=[action], utilisations=40)
    about(ailleurs, "Utilisée un peu", actions=[action], utilisations=2)
    about(ailleurs, "D’une autre action", actions=["autre.action"])
    near_by = ingenierie_of(ailleurs, titre="Une voisine", themes=[theme])
    Utilisation.objects.create(ressource=used, organisation=ailleurs, ingenierie=near_by, par="Elle")
    found = aides(dossier, actor_of(user), [action])
    assert [aide.titre for aide in found[action].premieres] == ["Servie à côté", "Référence", "Très utilisée ailleurs"]
    assert found[action].toutes_url == f"/bibliotheque/?action={action}&pour={dossier.pk}"
    assert list(found) == [action]


def test_beside_an_action_nothing_is_told_that_one_may_not_read(user, dossier, action, ailleurs):
    about(ailleurs, "De l’autre région", actions=[action], lecteurs=Lecteurs.REGION)
    about(ailleurs, "Brouillon", actions=[action], state=EtatRessource.BROUILLON)
    assert aides(dossier, actor_of(user), [action]) == {}


def test_the_demarche_shows_what_helped_others_in_as_many_queries(client_for, count_queries, user, dossier, ailleurs):
    codes = list(dossier.checklist.exclude(code="").values_list("code", flat=True))
    step = dossier.checklist.exclude(code="").first().step
    client, base = client_for(user), f"/ingenieries/{dossier.pk}/demarche/"
    about(ailleurs, "Aide 0", actions=codes[:1])
    addresses = [base, f"{base}?etape={step}"]
    for address in addresses:
        client.get(address)
    one = [count_queries(lambda a=address: client.get(a)) for address in addresses]
    for n in range(1, 30):
        about(ailleurs, f"Aide {n}", actions=codes[n % 10 : n % 10 + 5])
    assert [count_queries(lambda a=address: client.get(a)) for address in addresses] == one
    whole, stage = (client.get(address).content.decode() for address in addresses)
    assert f"?action={codes[0]}&amp;pour={dossier.pk}" in whole
    assert "Ce qui a aidé ailleurs" in stage
    assert re.search(rf'<a href="/bibliotheque/\d+/\?pour={dossier.pk}">Aide 10</a>', stage)


def test_ticking_an_action_keeps_what_helped_others(client_for, user, dossier, action, ailleurs):
    about(ailleurs, "Une aide", actions=[action])
    item = dossier.checklist.get(code=action)
    address = f"/ingenieries/{dossier.pk}/demarche/{item.pk}/"
    line = client_for(user).post(address, {"state": "fait"}, headers={"HX-Request": "true"}).content.decode()
    assert "Une aide" in line
    assert "Une aide" in client_for(user).get(address).content.decode()


def test_all_that_helped_in_an_action_is_a_search(client_for, user, dossier, action, ailleurs):
    about(ailleurs, "Une aide", actions=[action])
    about(ailleurs, "Sans rapport")
    page = client_for(user).get("/bibliotheque/", {"action": action, "pour": dossier.pk}).content.decode()
    assert "Une aide" in page
    assert "Sans rapport" not in page
