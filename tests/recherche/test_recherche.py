"""Searching the portfolio: who is found, in which order and why, counts, comparison, favourites."""

import datetime as dt
import io
import random
import re

import pytest
from django.core.management import call_command
from django.http import QueryDict
from openpyxl import load_workbook

from core.actor import Actor
from partners.portfolio.publication.models import Publication
from partners.portfolio.publication.services import deactivate
from partners.portfolio.relecture.services import publish
from partners.recherche import index
from partners.recherche.models import Entree, Horodatage
from partners.recherche.recherche import FACETS, Demande, Recherche
from partners.recherche.voisins import voisins
from referentiels.models import Departement, Domaine, Region, ThemeAccompagnement
from tests.factories import (
    DepartementFactory,
    SecteurFactory,
    actor_of,
    member,
    published_prestataire,
)

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]
URL = "/portefeuille/"
SYSTEM = Actor.system("recette")


@pytest.fixture
def user():
    return member()


@pytest.fixture
def region(user):
    return user.active_membership.organisation.region


def search(user, address: str = "") -> Recherche:
    return Recherche(Demande.read(QueryDict(address)), index.current(), actor_of(user))


def names(user, address: str = "") -> list[str]:
    return [entry["name"] for entry in search(user, address).ordered()]


def republished(prestataire, **values):
    """The next version of a fiche, published by its région."""
    from tests.factories import submitted_fiche

    publish(submitted_fiche(prestataire, **values), actor=SYSTEM, expected_state="soumise")


def named(region, name, **values):
    return published_prestataire(region=region, name=name, **{"raison_sociale": name, **values})


# --- What is found --------------------------------------------------------------------------------------------------


def test_only_published_fiches_of_the_region_are_found(user, region):
    named(region, "Celui-ci")
    from tests.factories import prestataire_of

    prestataire_of(region=region, name="Jamais publié")
    named(Region.objects.get(code="04"), "Ailleurs")
    assert names(user) == ["Celui-ci"]
    assert sorted(names(user, "partout=1")) == ["Ailleurs", "Celui-ci"]


@pytest.mark.parametrize(
    "typed",
    ["mecenat", "MÉCÉNAT", "Mécénats", "le mécénat des entreprises", "mécén", "outil de trésorerie", "tresoreries"],
)
def test_words_are_found_without_accents_plurals_nor_whole(user, region, typed):
    named(region, "Trouvé", presentation="Mécénat d’entreprise et outils de trésorerie régionaux.")
    named(region, "Autre", presentation="Danse contemporaine.")
    assert names(user, QueryDict(mutable=True).urlencode() + f"q={typed}") == ["Trouvé"]


def test_a_word_of_the_references_is_found_and_the_page_says_where(client_for, user, region):
    prestataire = named(region, "Trouvé")
    page = client_for(user).get(URL, {"q": "projet associatif"}).content.decode()
    assert prestataire.name in page
    assert "références" in re.search(r'class="result-why".*?</p>', page, re.S).group()


def test_values_of_one_facet_add_up_and_two_facets_narrow(user, region):
    sport, culture = SecteurFactory(sport=True), SecteurFactory(code="culture", label="Culture")
    named(region, "A", secteurs=[sport], effectif=1)
    named(region, "B", secteurs=[culture], effectif=30)
    assert sorted(names(user, "secteur=sport&secteur=culture")) == ["A", "B"]
    assert names(user, "secteur=sport&secteur=culture&taille=21%2B") == ["B"]


def test_neighbouring_departements_are_found_on_demand_after_the_one_chosen(user, region):
    indre_et_loire = DepartementFactory(indre_et_loire=True)
    loir_et_cher = Departement.objects.get(code="41")
    named(region, "Dedans", departements=[indre_et_loire])
    named(region, "À côté", departements=[loir_et_cher])
    assert names(user, "departement=37") == ["Dedans"]
    assert names(user, "departement=37&voisins=1") == ["Dedans", "À côté"]


def test_borders_are_mutual_and_name_real_departements():
    known = set(Departement.objects.values_list("code", flat=True))
    for code in known:
        for other in voisins(code):
            assert other in known
            assert code in voisins(other)
    assert voisins("37") == {"36", "41", "49", "72", "86"}
    assert voisins("974") == frozenset()


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"prix_min": 400, "prix_max": 450}, "500"),
        ({"prix_min": 450, "prix_max": 650}, "500"),
        ({"prix_min": 450, "prix_max": 650}, "700"),
        ({"prix_min": 950, "prix_max": None}, "plus"),
    ],
)
def test_a_price_range_is_found_wherever_it_overlaps(user, region, values, code):
    named(region, "Prix", **values)
    assert names(user, f"prix={code}") == ["Prix"]


def test_a_fiche_to_update_is_told_apart_then_leaves_the_search(user, region, clock_at):
    named(region, "Fiche")
    assert names(user, "fraicheur=a_jour") == ["Fiche"]
    clock_at("2027-12-01 09:00")
    assert names(user, "fraicheur=a_jour") == []
    assert names(user, "fraicheur=a_actualiser") == ["Fiche"]
    clock_at("2028-12-01 09:00")
    assert names(user) == []


def test_availability_follows_the_calendar(user, region, clock_at):
    named(region, "Bientôt", disponible_le=dt.date(2027, 1, 15))
    assert names(user, "disponible=maintenant") == []
    assert names(user, "disponible=trois_mois") == ["Bientôt"]
    clock_at("2027-01-15 09:00")
    assert names(user, "disponible=maintenant") == ["Bientôt"]


def test_what_changes_is_found_at_once_and_what_is_taken_off_no_longer(user, region):
    prestataire = named(region, "Avant", presentation="Comptabilité.")
    assert names(user, "q=comptabilite") == ["Avant"]
    republished(prestataire, raison_sociale="Après", presentation="Danse.")
    assert names(user, "q=comptabilite") == []
    assert names(user, "q=danse") == ["Après"]
    publication = Publication.objects.get(prestataire=prestataire)
    deactivate(
        publication, actor=SYSTEM, expected_state="publiee", version=publication.version, reason="Cesse son activité."
    )
    assert names(user) == []


def test_an_unknown_criterion_is_ignored_and_said(client_for, user, region):
    named(region, "Seul")
    page = client_for(user).get(URL, {"theme": "n-existe-pas", "tri": "drop"}).content.decode()
    assert "est ignoré" in page
    assert "Seul" in page


@pytest.mark.parametrize("typed", ["%", "_", "\\", "'; DROP TABLE", "x" * 5000, "🙂", "de la"])
def test_a_strange_search_is_only_a_search(client_for, user, region, typed):
    named(region, "Seul")
    assert client_for(user).get(URL, {"q": typed}).status_code == 200


# --- Order and counts -----------------------------------------------------------------------------------------------


def test_a_reference_on_the_theme_places_first_and_says_why(user, region):
    themes = list(ThemeAccompagnement.objects.order_by("pk")[:2])
    other = named(region, "Sans référence sur le thème", themes=themes)
    named(region, "Avec", themes=themes)
    for reference in other.versions.get().references.all():
        type(reference).objects.filter(pk=reference.pk).update(theme=themes[1])
    call_command("reindexer_portefeuille", stdout=io.StringIO())
    found = search(user, f"theme={themes[0].code}")
    first, second = found.ordered()
    assert (first["name"], second["name"]) == ("Avec", "Sans référence sur le thème")
    assert f"1\u00a0référence sur « {themes[0]} »" in found.why(first)
    assert not any(str(themes[0]) in why for why in found.why(second))


def test_those_never_retained_come_first_when_asked(user, region, monkeypatch):
    from partners.recherche import recherche
    from partners.recherche.registry import Sollicitation

    often = named(region, "Souvent")
    named(region, "Jamais")
    monkeypatch.setattr(recherche, "sollicitations", lambda *args: {often.pk: Sollicitation(retenu=3)})
    assert names(user, "tri=moins_sollicites") == ["Jamais", "Souvent"]


def _model(entries, address: str) -> set[str]:
    """The same answer, found naively in what the database holds."""
    asked = Demande.read(QueryDict(address))
    kept = set()
    for data in entries:
        for facet in FACETS:
            if (values := asked.chosen.get(facet.code)) and facet.index:
                have = data[facet.index] if isinstance(data.get(facet.index), list) else None
                if have is None or not any(facet.key(v) in have for v in values):
                    break
        else:
            kept.add(data["name"])
    return kept


def test_sets_answer_as_the_database_would_and_every_count_is_what_the_filter_finds(user, region):
    chance = random.Random(5)
    themes = list(ThemeAccompagnement.objects.order_by("pk"))
    domaines = list(Domaine.objects.order_by("pk"))
    for n in range(6):
        named(region, f"P{n}", themes=chance.sample(themes, 4), domaines=chance.sample(domaines, 2))
    entries = list(Entree.objects.filter(shown=True).values_list("data", flat=True))
    for _ in range(12):
        address = "&".join(
            [f"theme={t.code}" for t in chance.sample(themes, 2)] + [f"domaine={chance.choice(domaines).code}"]
        )
        found = search(user, address)
        assert {e["name"] for e in found.ordered()} == _model(entries, address)
        assert len(found.ordered()) == found.count
        for facet in ("theme", "domaine"):
            for value, count in found.counts()[facet].items():
                rest = "&".join(p for p in address.split("&") if not p.startswith(f"{facet}="))
                assert count == len(names(user, f"{rest}&{facet}={value}"))


def test_pages_follow_one_another_without_gap_nor_repeat(user, region):
    for n in range(7):
        named(region, f"P{n}", effectif=1 + n % 2)
    found = search(user)
    whole = [e["name"] for e in found.ordered()]
    assert [e["name"] for at in range(0, 7, 3) for e in found.ordered(at, at + 3)] == whole
    assert sorted(whole) == [f"P{n}" for n in range(7)]


def test_another_process_hears_of_each_change(user, region):
    mine, other = index.Index(), index.Index()
    prestataire = named(region, "Avant")
    mine = mine.updated()
    assert len(mine.all) == 1
    republished(prestataire, raison_sociale="Après")
    for process in (mine.updated(), other.updated()):
        assert [entry["name"] for entry in process.entries.values()] == ["Après"]
        assert process.updated() is process
    assert [entry["name"] for entry in mine.entries.values()] == ["Avant"], "qui la lit encore n’est pas dérangé"


def test_what_a_region_publishes_gives_a_stamp_to_no_other(user, region):
    other = Region.objects.get(code="04")
    prestataire = named(region, "Ici")
    named(other, "Là-bas")
    before = dict(Horodatage.objects.values_list("region", "value"))
    republished(prestataire, raison_sociale="Toujours ici")
    after = dict(Horodatage.objects.values_list("region", "value"))
    assert after[region.pk] > before[region.pk] and after[other.pk] == before[other.pk]


def test_what_leaves_the_searches_leaves_every_set_of_the_index(user, region):
    prestataire = named(region, "Parti")
    known = index.Index().updated()
    publication = Publication.objects.get(prestataire=prestataire)
    deactivate(publication, actor=SYSTEM, expected_state="publiee", version=publication.version, reason="Cesse.")
    found = known.updated()
    assert not found.all and not any(found._having.values())


# --- Pages ----------------------------------------------------------------------------------------------------------


def test_as_many_queries_for_one_fiche_as_for_many(client_for, user, region, count_queries):
    client = client_for(user)
    named(region, "P0")
    client.get(URL)
    one = count_queries(lambda: client.get(URL))
    for n in range(1, 6):
        named(region, f"P{n}")
    client.get(URL)
    assert count_queries(lambda: client.get(URL)) == one <= 12


def test_htmx_gets_the_same_part_as_the_page_holds(client_for, user, region):
    named(region, "Seul")
    client = client_for(user)
    part = client.get(URL, headers={"HX-Request": "true"}).content.decode()
    tokens = re.compile(r'name="(csrfmiddlewaretoken|saisie)" value="[^"]+"')
    assert tokens.sub("", part).strip() in tokens.sub("", client.get(URL).content.decode())


def test_the_export_holds_what_was_found_and_nothing_that_runs(client_for, user, region):
    named(region, "=1+1", effectif=1)
    named(region, "Autre", effectif=30)
    response = client_for(user).get(URL, {"taille": "1", "export": "xlsx"})
    rows = list(load_workbook(io.BytesIO(response.content)).active.values)
    assert [row[0] for row in rows[1:]] == ["=1+1"]
