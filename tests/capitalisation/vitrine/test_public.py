"""The library as anybody reads it: what was opened to everybody, as data, and nothing else."""

import datetime as dt
import json
import re

import pytest
from django.urls import reverse

from capitalisation.bibliotheque.enums import EtatRessource, Lecteurs
from capitalisation.bibliotheque.models import Ressource
from capitalisation.bibliotheque.services import lecteurs, ressources
from capitalisation.consentements import services as consents
from capitalisation.consentements.models import Consentement
from capitalisation.recits.enums import Genre
from core import clock
from core.views import open as open_views
from tests.capitalisation.recits import scene as recits
from tests.capitalisation.scene import ORAL, SYSTEM, recit, ressource
from tests.capitalisation.vitrine.scene import ATOM, CSV, JSON, LISTE, PLAN, SCHEMA, asked, fermees, ouverte, with_file
from tests.evaluation.synthese.scene import with_structures
from tests.factories import UserFactory, ingenierie_of, member
from tests.portal.moments import placed
from tests.portfolio.pages import text
from tests.schemas import faults

pytestmark = pytest.mark.django_db


def data_of(found: Ressource) -> str:
    return reverse("bibliotheque:donnees_ressource", args=[found.pk])


def page_of(found: Ressource) -> str:
    return reverse("bibliotheque:ressource", args=[found.pk])


def titles(client, query: str = "") -> list[str]:
    return [row["titre"] for row in client.get(JSON + query).json()["ressources"]]


# --- Who sees what ----------------------------------------------------------------------------------------------------


def test_nothing_is_shown_and_nobody_is_sent_there_until_something_is_open_to_everybody(client, dla):
    closed = fermees(dla)
    assert client.get(JSON).json()["ressources"] == []
    for url in (CSV, ATOM, PLAN):
        assert "Fermée" not in client.get(url).content.decode()
    assert "<loc>" not in text(client.get(PLAN)) and "bibliotheque/plan.xml" not in text(client.get("/robots.txt"))
    assert LISTE not in text(client.get(reverse("account_login")))
    for found in closed:
        assert client.get(data_of(found)).status_code == 404, found.titre
        assert client.get(page_of(found)).status_code == 404, found.titre


def test_the_data_are_those_of_a_visitor_whoever_is_signed_in_for_others_keep_them(client_for, dla):
    """They are kept in caches, where they would be given to anybody."""
    fermees(dla)
    ouverte(dla, titre="Ouverte à tous")
    insider = client_for(member(dla))
    assert titles(insider) == titles(insider, "?toutes=1") == ["Ouverte à tous"]
    assert "Fermée" not in insider.get(CSV).content.decode()
    assert "Fermée" not in insider.get(ATOM + "?toutes=1").content.decode()
    closed = Ressource.objects.get(titre="Fermée à reseau")
    assert insider.get(page_of(closed)).status_code == 200 and insider.get(data_of(closed)).status_code == 404


def test_closed_or_archived_it_is_gone_from_everywhere(client, dla):
    found = with_file(ouverte(dla, titre="Ouverte à tous", support="fichier", lien=""))
    piece = client.get(data_of(found)).json()["ressource"]["fichiers"][0]["url"]
    path = piece[piece.index("/bibliotheque/") :]
    assert b"".join(client.get(path).streaming_content) == b"mode d'emploi"
    lecteurs.open_to(found, Lecteurs.RESEAU, actor=SYSTEM)
    for url in (JSON, CSV, ATOM, PLAN):
        assert f"/bibliotheque/{found.pk}/" not in client.get(url).content.decode(), url
    assert client.get(path).status_code == client.get(data_of(found)).status_code == 404
    found = lecteurs.open_to(found, Lecteurs.PUBLIC, actor=SYSTEM)
    assert client.get(data_of(found)).status_code == 200
    ressources.perform_action(found, "archiver", actor=SYSTEM, expected_state=found.state, reason="Dépassée.")
    assert client.get(path).status_code == client.get(data_of(found)).status_code == 404


def test_no_person_no_question_and_no_use_is_told(client, dla):
    author = member(dla)
    found = ouverte(dla, auteur=author, verifie_par="expert-comptable", utilisations=3)
    asked(found, UserFactory(first_name="Zénobie", last_name="Cachée"))
    told = "".join(client.get(url).content.decode() for url in (JSON, data_of(found), CSV, ATOM, page_of(found)))
    for secret in (author.last_name, author.email, "Zénobie", "question-cachee"):
        assert secret not in told, secret
    answer = client.get(data_of(found)).json()["ressource"]
    assert answer["contributeur"] == "DLA du Val" and answer["utilisations"] == 3
    assert answer["licence"]["code"] == "cc-by" and answer["licence"]["url"].startswith("https://creativecommons.org/")
    assert answer["attribution"] == f"« {found.titre} », DLA du Val, CC BY 4.0, {answer['url']}"


def test_that_it_is_read_again_for_the_whole_country_is_the_business_of_the_committee(client, dla):
    read_again = ouverte(dla, state=EtatRessource.PROPOSEE_NATIONALE)
    assert client.get(data_of(read_again)).json()["ressource"]["etat"] == "publiee"
    reference = ouverte(dla, state=EtatRessource.REFERENCE_NATIONALE)
    assert client.get(data_of(reference)).json()["ressource"]["etat"] == "reference_nationale"


# --- A récit ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def racontee(dla):
    """A fiche open to everybody, which names a structure that agrees."""
    ingenierie = placed(ingenierie_of(dla), state="finaliser")
    ciblee = with_structures(ingenierie, 1)[0]
    agreed = consents.add(ingenierie, {"structure": ciblee, "personne": "", "fonction": ""}, actor=SYSTEM)
    consents.note(agreed, {**ORAL, "etat": "accorde"}, actor=SYSTEM)
    name = ciblee.structure.name
    told = recits.ecrit(recit(ingenierie, Genre.FICHE_EXPERIENCE), problematique=f"Avec {name}, tout a commencé.")
    found = ouverte(dla, support="fiche_experience", lien="", recit=recits.arrete(told), ingenierie=ingenierie)
    return found, name, agreed


def test_the_text_of_a_recit_is_in_its_data_and_a_consent_taken_back_is_obeyed_by_the_next_answer(client, racontee):
    found, name, agreed = racontee
    schema = client.get(SCHEMA).json()
    answer = client.get(data_of(found)).json()
    assert faults(answer, schema) == []
    assert answer["ressource"]["recit"]["genre"] == "fiche_experience" and answer["ressource"]["recit"]["version"] == 1
    rubriques = [r for p in answer["ressource"]["recit"]["parties"] for r in p["rubriques"]]
    assert any(r["texte"] == f"Avec {name}, tout a commencé." for r in rubriques)
    assert any(r["points"] for r in rubriques) and any(r["etapes"] for r in rubriques)
    consents.note(Consentement.objects.get(pk=agreed.pk), {**ORAL, "etat": "retire"}, actor=SYSTEM)
    after = client.get(data_of(found))
    assert name not in after.content.decode() and "Avec une structure, tout a commencé." in after.content.decode()
    assert "max-age=300" in after["Cache-Control"]


def test_in_a_list_a_recit_says_its_version_and_not_its_text(client, racontee):
    (row,) = client.get(JSON).json()["ressources"]
    assert set(row["recit"]) == {"genre", "version", "arrete_le"}
    assert racontee[1] not in client.get(JSON).content.decode()


# --- The data ---------------------------------------------------------------------------------------------------------


def test_the_json_is_what_its_schema_says_and_the_schema_sees_what_goes(client, dla, settings):
    settings.SITE_URL = "https://dla.example.org"
    with_file(ouverte(dla, support="document_region", lien="", mots_cles=["trésorerie"]))
    sparse = ouverte(dla, technique="", verdict="", verifie_par="", verifie_le=None, region=None, teste_sur="")
    schema = client.get(SCHEMA).json()
    assert schema["$id"] == "https://dla.example.org/bibliotheque/ressources-1.schema.json"
    for url in (JSON, data_of(sparse)):
        answer = client.get(url).json()
        assert faults(answer, schema) == [] and answer["schema"] == schema["$id"] and answer["version"] == 1
    del answer["ressource"]["licence"]
    answer["ressource"]["sorte"] = "autre"
    assert len(faults(answer, schema)) == 2
    assert client.get(SCHEMA)["Content-Type"] == "application/schema+json"


def test_every_field_has_its_words_in_the_schema_and_its_line_in_the_documentation(client, dla, settings):
    schema = client.get(SCHEMA).json()
    fields = schema["$defs"]["ressource"]["properties"]

    def silent(one: dict, where: str) -> list[str]:
        inner = {**one.get("properties", {}), "[]": one.get("items", {})} if "properties" in one else {}
        if "items" in one and "properties" in one["items"]:
            inner = {f"[].{name}": part for name, part in one["items"]["properties"].items()}
        told = [] if one.get("description") or "$ref" in one or not one else [where]
        return told + [line for name, part in inner.items() for line in silent(part, f"{where}.{name}")]

    assert silent(schema["$defs"]["ressource"], "ressource") == []
    assert [name for name, part in schema["properties"].items() if not part.get("description")] == []
    page = (settings.BASE_DIR / "docs/donnees-publiques.md").read_text("utf-8").split("### Les champs d’une ressource")[1]
    assert dict(re.findall(r"^\| `(\w+)` \| (.*) \|$", page, re.M)) == {
        name: part["description"] for name, part in fields.items()
    }
    found = ouverte(dla)
    assert set(client.get(data_of(found)).json()["ressource"]) == set(fields) == set(schema["$defs"]["ressource"]["required"])


def test_the_data_answer_the_same_search_as_the_page(client, dla):
    ouverte(dla, titre="Tenir sa trésorerie")
    ouverte(dla, titre="Accueillir des bénévoles", sorte="observation")
    assert titles(client, "?q=tresorerie") == ["Tenir sa trésorerie"]
    assert titles(client, "?sorte=observation") == ["Accueillir des bénévoles"]
    assert "Tenir" not in client.get(CSV + "?sorte=observation").content.decode()
    feed = client.get(ATOM + "?sorte=observation&inconnu=1").content.decode()
    assert "Tenir" not in feed and "Accueillir" in feed and "Sorte : Observation" in feed


def test_the_json_comes_by_hundreds_with_the_address_of_the_next_page(client, dla, monkeypatch):
    ouverte(dla), ouverte(dla)
    monkeypatch.setattr(open_views, "PAR_PAGE_JSON", 1)
    first = client.get(f"{JSON}?licence=cc-by").json()
    assert first["pages"] == first["total"] == 2
    assert first["suivante"].endswith("/bibliotheque/donnees.json?licence=cc-by&page=2")
    assert client.get(JSON + "?licence=cc-by&page=2").json()["suivante"] is None


def test_a_list_of_twenty_asks_as_many_queries_as_a_list_of_one(client, dla, racontee, count_queries):
    urls = (JSON, CSV, ATOM, PLAN)
    with_file(ouverte(dla, support="fichier", lien=""))
    for url in urls:
        client.get(url)
    one = {url: count_queries(lambda url=url: client.get(url)) for url in urls}
    for _ in range(18):
        with_file(ouverte(dla, support="fichier", lien=""))
    assert {url: count_queries(lambda url=url: client.get(url)) for url in urls} == one
    assert client.get(JSON).json()["total"] == 20


def test_the_table_is_run_by_no_spreadsheet(client, dla):
    ouverte(dla, titre="=HYPERLINK(1)", resume="+1")
    lines = client.get(CSV).content.decode("utf-8-sig").splitlines()
    assert lines[0].startswith("Identifiant;Titre;En quelques phrases")
    assert ";'=HYPERLINK(1);'+1;" in lines[1]


def test_data_are_kept_five_minutes_and_read_from_any_site(client, dla):
    found = ouverte(dla)
    for url in (JSON, CSV, ATOM, SCHEMA, data_of(found)):
        answer = client.get(url)
        assert {"public", "max-age=300"} == set(answer["Cache-Control"].split(", ")), url
        assert not answer.cookies and answer["Access-Control-Allow-Origin"] == "*"
        assert answer["X-Robots-Tag"] == "noindex"
        assert client.post(url).status_code == 405


# --- Pages ------------------------------------------------------------------------------------------------------------


def test_the_engines_read_one_address_per_page_a_description_and_no_search(client, dla, settings):
    settings.SITE_URL = "https://dla.example.org"
    found = ouverte(dla, titre="Tenir sa <trésorerie>", publiee_le=clock.now() - dt.timedelta(days=9))
    Ressource.objects.filter(pk=found.pk).update(modifiee_le=clock.now() - dt.timedelta(days=2))
    page = client.get(page_of(found))
    assert f'<link rel="canonical" href="https://dla.example.org{page_of(found)}">' in text(page)
    assert '<meta name="description" content="Un tableau à remplir' in text(page)
    assert "noindex" not in text(page) and "X-Robots-Tag" not in page
    assert data_of(found) in text(page) and "CC BY 4.0" in text(page)
    searched = client.get(LISTE + "?q=tenir")
    assert '<link rel="canonical" href="https://dla.example.org/bibliotheque/">' in text(searched)
    assert searched["X-Robots-Tag"] == "noindex" and 'content="noindex"' in text(searched)
    assert f"{ATOM}?q=tenir" in text(searched) and f"{CSV}?q=tenir" in text(searched)
    whole = client.get(LISTE)
    assert "noindex" not in text(whole) and "X-Robots-Tag" not in whole
    assert f'type="application/atom+xml" title="Ce qui est nouveau" href="https://dla.example.org{ATOM}"' in text(whole)
    sitemap = text(client.get(PLAN))
    day = (clock.today() - dt.timedelta(days=2)).isoformat()
    assert f"<loc>https://dla.example.org{page_of(found)}</loc><lastmod>{day}</lastmod>" in sitemap
    assert f"<loc>https://dla.example.org{LISTE}</loc>" in sitemap
    robots = text(client.get("/robots.txt"))
    assert "Allow: /bibliotheque/" in robots and "Allow: /prestataires/" in robots
    assert "Sitemap: https://dla.example.org/bibliotheque/plan.xml" in robots
    assert LISTE in text(client.get(reverse("account_login")))


def test_what_only_the_network_reads_is_indexed_by_nobody(client_for, dla):
    found = ressource(dla)
    page = client_for(member(dla)).get(page_of(found))
    assert page["X-Robots-Tag"] == "noindex" and data_of(found) not in text(page)


def test_a_text_typed_as_html_stays_a_text(client, dla):
    found = ouverte(dla, titre="<script>x</script>", resume="<b>gras</b>")
    assert "<script>x" not in text(client.get(page_of(found))) and "<b>gras" not in text(client.get(page_of(found)))
    assert json.loads(client.get(data_of(found)).content)["ressource"]["resume"] == "<b>gras</b>"
