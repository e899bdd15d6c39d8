"""Searching the library: what is found, for whom, how it is counted and why it is there."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from capitalisation.bibliotheque.enums import EtatRessource, Lecteurs
from capitalisation.bibliotheque.models import Ressource
from capitalisation.bibliotheque.services.ressources import reindex
from capitalisation.recherche.facettes import FACETTES
from capitalisation.recherche.recherche import Criteres, chercher
from core import clock
from core.actor import Actor
from referentiels.models import Departement, Region
from tests.capitalisation.scene import ressource
from tests.factories import (
    DepartementFactory,
    OrganisationFactory,
    RegionFactory,
    SecteurFactory,
    TypePrestationFactory,
    individuelle_of,
    ingenierie_of,
    member_actor,
)

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]
URL = "/bibliotheque/"
PUBLIC = Actor.anonymous()


@pytest.fixture
def dla():
    return OrganisationFactory(dla=True)


@pytest.fixture
def actor(dla):
    return member_actor(dla)


@pytest.fixture
def ailleurs():
    """A DLA of another région."""
    return OrganisationFactory(dla=True, region=RegionFactory(bretagne=True))


def about(organisation, titre, *, themes=(), secteurs=(), departements=(), **more) -> Ressource:
    found = ressource(organisation, titre=titre, **{"resume": "En quelques phrases.", **more})
    found.themes.set(themes)
    found.secteurs.set(secteurs)
    found.departements.set(departements)
    return reindex(found)


def search(actor, address: str = ""):
    return chercher(actor, Criteres.lire(address))


def titles(actor, address: str = "") -> list[str]:
    return [r.titre for r in search(actor, address).queryset]


# --- Words ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed", ["tresorerie", "TRÉSORERIE", "trésoreries", "la trésorerie des associations", "trésor", "outils régional"]
)
def test_words_are_found_without_accents_plurals_nor_whole(actor, ailleurs, typed):
    about(ailleurs, "Lire sa trésorerie", resume="Des outils régionaux pour une association.")
    about(ailleurs, "Accueillir des bénévoles")
    assert titles(actor, f"q={typed}") == ["Lire sa trésorerie"]


@pytest.mark.parametrize("typed", ["trésorrie", "tresoerrie", "trezorerie", "bénévolle", "bénévols trésorie"])
def test_a_typing_error_finds_what_was_meant_and_says_so(actor, ailleurs, typed):
    about(ailleurs, "Lire sa trésorerie avec des bénévoles")
    found = search(actor, f"q={typed}")
    assert [r.titre for r in found.queryset] == ["Lire sa trésorerie avec des bénévoles"]
    assert found.corrections


def test_a_word_is_put_right_only_towards_what_one_may_read(actor, ailleurs):
    about(ailleurs, "Mutualiser la paie", state=EtatRessource.BROUILLON)
    found = search(actor, "q=mutualizer")
    assert list(found.queryset) == []
    assert found.corrections == {}


def test_a_word_of_the_title_comes_first(actor, ailleurs):
    about(ailleurs, "Accueillir", resume="Avec un mot du mécénat.", utilisations=9)
    about(ailleurs, "Le mécénat")
    assert titles(actor, "q=mecenat") == ["Le mécénat", "Accueillir"]
    assert titles(actor, "q=mecenat&tri=utilisees") == ["Accueillir", "Le mécénat"]


def test_a_result_says_which_words_are_where_and_which_facets_hold(actor, ailleurs):
    theme = TypePrestationFactory(code="finances", label="Gestion financière")
    about(ailleurs, "Lire sa trésorerie", resume="Avec un tableur.", themes=[theme])
    found = search(actor, "q=tresorerie tableur financieres&theme=finances&sorte=documentaire&verification=a_jour")
    (row,) = found.queryset
    assert found.pourquoi(row) == [
        "« tresorerie » : titre",
        "« tableur » : résumé",
        "« financieres » : thème",
        "sorte : Ressources documentaires, médias et outils d’appui au quotidien",
        "thème : Gestion financière",
        "vérification à jour",
    ]


# --- Facets ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def varied(dla, ailleurs):
    """Resources that differ by every facet."""
    themes = [TypePrestationFactory(code=f"t{n}") for n in range(3)]
    secteurs = [SecteurFactory(sport=True), SecteurFactory(culture=True)]
    places = [DepartementFactory(indre_et_loire=True), DepartementFactory(loiret=True)]
    for n in range(12):
        about(
            (dla, ailleurs)[n % 2],
            f"Ressource {n}",
            themes=themes[: n % 3 + 1],
            secteurs=[secteurs[n % 2]],
            departements=places[n % 2 :],
            sorte=("observation", "documentaire", "veille_sociale", "veille_juridique")[n % 4],
            usage=("efficacite", "harmonisation")[n % 2],
            apport=("gain_temps", "apprentissage")[n % 2],
            echelle=("nationale", "territoriale")[n % 3 % 2],
            verdict=("applicable_partout", "source_inspiration", "")[n % 3],
            cercle=("1", "2", "3", "autres")[n % 4],
            licence=("cc-by", "reseau")[n % 2],
            region=((dla, ailleurs)[n % 2].region, None)[n % 4 == 3],
            state=(EtatRessource.PUBLIEE, EtatRessource.PROPOSEE_NATIONALE, EtatRessource.REFERENCE_NATIONALE)[n % 3],
            a_reverifier_le=clock.today() + dt.timedelta(days=n - 5),
        )


@pytest.mark.parametrize(
    "address",
    [
        "",
        "q=ressource",
        "sorte=observation&sorte=veille_sociale",
        "theme=t1&secteur=sport",
        "region=24&usage=efficacite",
        "region=nationale&region=53&etat=reference",
        "departement=37&departement=45",
        "verification=a_jour&licence=cc-by&verdict=applicable_partout",
        "sorte=observation&usage=efficacite&cercle=1&etat=publiee&theme=t0",
    ],
)
def test_each_count_is_the_number_that_choosing_the_value_would_list(actor, varied, address):
    criteres = Criteres.lire(address)
    found = chercher(actor, criteres)
    assert found.total == found.queryset.count()
    for facet in FACETTES:
        if facet.code == "departement" and not {"region", "departement"} & set(criteres.choisies):
            continue  # counted in a région
        for code, _ in facet.choix():
            chosen = {**criteres.choisies, facet.code: (code,)}
            expected = chercher(actor, Criteres(q=criteres.q, choisies=chosen)).queryset.count()
            assert found.comptes()[facet.code][code] == expected, (facet.code, code)


@pytest.mark.parametrize("who", ["dla", "c2ra", "avise", "visiteur"])
def test_each_role_counts_what_it_may_list_and_nothing_else(varied, dla, ailleurs, who):
    for state in (EtatRessource.BROUILLON, EtatRessource.PROPOSEE, EtatRessource.A_COMPLETER):
        for organisation in (dla, ailleurs):
            about(organisation, f"Pas encore publiée : {state}", state=state, lecteurs=Lecteurs.EQUIPE)
    about(ailleurs, "De sa région seulement", lecteurs=Lecteurs.REGION)
    about(ailleurs, "Ouverte à tous", lecteurs=Lecteurs.PUBLIC)
    actor = {
        "dla": lambda: member_actor(dla),
        "c2ra": lambda: member_actor(OrganisationFactory(c2ra=True, region=ailleurs.region)),
        "avise": lambda: member_actor(OrganisationFactory(avise=True)),
        "visiteur": Actor.anonymous,
    }[who]()
    for toutes in (False, True):
        found = chercher(actor, Criteres(toutes=toutes))
        assert found.total == found.queryset.count() == len(set(found.queryset.values_list("pk", flat=True)))
        for code, n in found.comptes()["etat"].items():
            assert n == chercher(actor, Criteres(toutes=toutes, choisies={"etat": (code,)})).queryset.count()


def test_words_beyond_measure_and_a_page_beyond_the_last_are_a_page_all_the_same(client_for, client, actor, ailleurs):
    about(ailleurs, "Lire sa trésorerie", lecteurs=Lecteurs.PUBLIC)
    long = "tresorerie " * 1_000
    for reader in (client_for(actor.user), client):
        page = reader.get(URL, {"q": long})
        assert page.status_code == 200 and "Lire sa trésorerie" in page.content.decode()
        assert "ce qui dépasse 200 caractères" in page.content.decode()
        assert "Lire sa trésorerie" in reader.get(URL, {"page": "999"}).content.decode()
    for route in ("donnees.json", "donnees.csv", "flux.atom"):
        assert client.get(f"{URL}{route}", {"q": long, "page": "999"}).status_code == 200


def test_values_of_one_facet_add_up_and_two_facets_narrow(actor, varied):
    assert search(actor, "secteur=sport&secteur=culture").total == 12
    assert search(actor, "secteur=sport&usage=harmonisation").total == 0


@pytest.mark.parametrize(
    "address",
    ["sorte=inconnue", "region=999", "tri=hasard", "action=rien", "pour=abc", "pour=999999999", "q=" + "x" * 10_000],
)
def test_what_an_address_has_that_is_not_understood_is_ignored_and_said(client_for, actor, ailleurs, address):
    about(ailleurs, "Lire sa trésorerie")
    page = client_for(actor.user).get(f"{URL}?{address}").content.decode()
    assert "Une partie de l’adresse n’a pas été comprise" in page
    if not address.startswith("q="):
        assert "Lire sa trésorerie" in page


def test_hostile_words_are_words(client_for, actor, ailleurs):
    about(ailleurs, "Lire sa trésorerie")
    page = client_for(actor.user).get(URL, {"q": '<b>"%_\\', "page": "999", "sorte": "<script>"}).content.decode()
    assert '<b>"' not in page
    assert "&lt;b&gt;" in page
    assert "<script>" not in page.split("<main", 1)[1]


# --- Who reads what -------------------------------------------------------------------------------------------------


def test_the_visitor_finds_only_what_is_open_to_everybody(client, dla):
    about(dla, "Réservée au réseau", licence="cc-by")
    about(dla, "Ouverte à tous", lecteurs=Lecteurs.PUBLIC)
    about(dla, "Ouverte, pas encore publiée", state=EtatRessource.PROPOSEE, lecteurs=Lecteurs.PUBLIC, publiee_le=None)
    assert titles(PUBLIC) == ["Ouverte à tous"]
    assert titles(PUBLIC, "toutes=1") == ["Ouverte à tous"]
    assert search(PUBLIC).comptes()["support"]["lien"] == 1
    page = client.get(URL, {"export": "csv", "q": "réservé"})
    assert page["Content-Type"].startswith("text/html")
    assert "Réservée au réseau" not in page.content.decode()


@pytest.mark.parametrize(
    ("state", "lecteurs", "own", "region", "c2ra", "elsewhere"),
    [
        (EtatRessource.BROUILLON, Lecteurs.EQUIPE, True, False, False, False),
        (EtatRessource.PROPOSEE, Lecteurs.EQUIPE, True, False, True, False),
        (EtatRessource.A_COMPLETER, Lecteurs.REGION, True, True, True, False),
        (EtatRessource.ARCHIVEE, Lecteurs.RESEAU, False, False, False, False),
        (EtatRessource.PUBLIEE, Lecteurs.RESEAU, True, True, True, True),
    ],
)
def test_each_circle_follows_what_it_may_and_nothing_more(dla, ailleurs, state, lecteurs, own, region, c2ra, elsewhere):
    about(dla, "Elle", state=state, lecteurs=lecteurs, publiee_le=clock.now() if state == "publiee" else None)
    neighbour = member_actor(OrganisationFactory(dla=True, region=dla.region))
    readers = {
        "own": (member_actor(dla), own),
        "region": (neighbour, region),
        "c2ra": (member_actor(OrganisationFactory(c2ra=True, region=dla.region)), c2ra),
        "elsewhere": (member_actor(ailleurs), elsewhere),
        "other c2ra": (member_actor(OrganisationFactory(c2ra=True, region=ailleurs.region)), elsewhere),
    }
    for who, (reader, follows) in readers.items():
        found = search(reader, "toutes=1")
        assert [r.titre for r in found.queryset] == (["Elle"] if follows else []), who
        assert found.total == follows, who
        published = state == EtatRessource.PUBLIEE
        assert titles(reader) == (["Elle"] if follows and published else []), who


def test_what_is_not_published_comes_last_among_the_recent_ones(actor, dla):
    about(dla, "Brouillon", state=EtatRessource.BROUILLON)
    about(dla, "Ancienne", publiee_le=clock.now() - dt.timedelta(days=9))
    about(dla, "Récente")
    assert titles(actor, "tri=recentes&toutes=1") == ["Récente", "Ancienne", "Brouillon"]


# --- Near an ingénierie ---------------------------------------------------------------------------------------------


def test_near_an_ingenierie_theme_sector_and_territory_come_first_with_their_reasons(client_for, actor, dla, ailleurs):
    theme, secteur = TypePrestationFactory(code="finances", label="Finances"), SecteurFactory(culture=True)
    dossier = ingenierie_of(dla, titre="Trésorerie des compagnies", themes=[theme], secteurs=[secteur])
    about(ailleurs, "Sans rapport", utilisations=50)
    about(ailleurs, "Du thème", themes=[theme])
    about(ailleurs, "Du thème et du secteur", themes=[theme], secteurs=[secteur])
    address = f"pour={dossier.pk}"
    found = search(actor, address)
    assert [r.titre for r in found.queryset] == ["Du thème et du secteur", "Du thème", "Sans rapport"]
    assert found.pourquoi(found.queryset[0]) == ["même thème : Finances", f"même secteur : {secteur}"]
    page = client_for(actor.user).get(f"{URL}?{address}").content.decode()
    assert re.search(rf'href="/bibliotheque/\d+/\?pour={dossier.pk}">Du thème<', page)


def test_one_looks_for_an_ingenierie_individuelle_too(client_for, actor, dla, ailleurs):
    about(ailleurs, "Une ressource")
    dossier = individuelle_of(dla)
    page = client_for(actor.user).get(URL, {"pour": dossier.pk}).content.decode()
    assert f"?pour={dossier.pk}" in page


def test_an_ingenierie_one_may_not_read_orders_nothing_and_is_not_told(client_for, actor, ailleurs):
    dossier = ingenierie_of(ailleurs, titre="Chez les autres")
    about(ailleurs, "Une ressource")
    page = client_for(actor.user).get(f"{URL}?pour={dossier.pk}").content.decode()
    assert "Chez les autres" not in page
    assert "n’a pas été comprise" in page
    assert not re.search(r'href="/bibliotheque/\d+/\?pour=', page)


# --- The page -------------------------------------------------------------------------------------------------------


def test_a_page_of_thirty_costs_the_queries_of_one(client_for, count_queries, actor, ailleurs):
    theme = TypePrestationFactory(code="finances", label="Finances")
    about(ailleurs, "Ressource 0", themes=[theme])
    client = client_for(actor.user)
    address = f"{URL}?q=ressource&theme=finances&region={ailleurs.region.code}&tri=pertinence"
    client.get(address)
    one = count_queries(lambda: client.get(address))
    for n in range(1, 30):
        about(ailleurs, f"Ressource {n}", themes=[theme])
    assert count_queries(lambda: client.get(address)) == one
    assert "30 ressources" in client.get(address).content.decode().replace("\u00a0", " ")


def test_the_part_that_htmx_asks_is_that_of_the_page(client_for, actor, ailleurs):
    about(ailleurs, "Lire sa trésorerie")
    client = client_for(actor.user)
    page = client.get(URL, {"q": "tresorerie", "sorte": ""})
    part = client.get(URL, {"q": "tresorerie", "sorte": ""}, headers={"HX-Request": "true"})
    assert part["HX-Push-Url"] == f"{URL}?q=tresorerie"
    assert part.content.decode().strip() in page.content.decode()


def test_the_list_is_exported_as_it_is_searched(client_for, actor, ailleurs):
    about(ailleurs, "Lire sa trésorerie", departements=[Departement.objects.get(code="45")])
    about(ailleurs, "Accueillir des bénévoles", region=Region.objects.get(code="53"))
    answer = client_for(actor.user).get(URL, {"q": "tresorerie", "export": "csv"})
    text = answer.content.decode("utf-8-sig")
    assert "Lire sa trésorerie" in text
    assert "Loiret" in text
    assert "bénévoles" not in text
