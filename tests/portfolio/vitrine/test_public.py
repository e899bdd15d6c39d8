"""The public pages of the portfolio: what a prestataire agreed to, in a région that opened it, and nothing else."""

import datetime as dt
import json
import re

import pytest
from django.core import mail
from django.urls import reverse

from core.actor import Actor
from core.models import JournalEntry, OutboxMail
from core.views import open as public_data
from partners.portfolio.donnees.effacement import erase_intervenant
from partners.portfolio.fiche.models.blocs import Intervenant
from partners.portfolio.fiche.services.versions import start_version, submit, update_rubrique
from partners.portfolio.publication.models import Publication
from partners.portfolio.publication.services import deactivate, publish_in_region
from partners.portfolio.relecture.services import publish
from partners.portfolio.vitrine import tasks
from partners.portfolio.vitrine.models import MessagePublic, Ouverture
from partners.portfolio.vitrine.selection import masked, shown
from partners.portfolio.vitrine.services import erase_messages, ouverture_of, set_open, write_to
from referentiels.models import Domaine
from tests.factories import (
    OrganisationFactory,
    UserFactory,
    actor_of,
    member,
    published_prestataire,
)
from tests.portfolio.pages import text
from tests.schemas import faults

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system("recette")
LISTE, JSON, CSV = (f"/prestataires/{name}" for name in ("", "donnees.json", "donnees.csv"))


@pytest.fixture
def user():
    return UserFactory(email="referent@example.org")


@pytest.fixture
def prestataire(user, centre):
    return published_prestataire(user, region=centre, name="Cabinet Public", public=True)


def opened(*regions) -> None:
    for region in regions:
        set_open(region, True, actor=SYSTEM, expected_version=ouverture_of(region).version)


def address(prestataire, name="fiche") -> str:
    return reverse(f"prestataires:{name}", args=[prestataire.pk])


def next_version(prestataire, **values):
    """The prestataire writes the next version and its C2RA publishes it."""
    fiche = start_version(prestataire, actor=SYSTEM)
    fiche = update_rubrique(fiche, "autres", {**values, "charte": True}, actor=SYSTEM)
    fiche = submit(fiche, actor=SYSTEM, expected_state="brouillon")
    return publish(fiche, actor=SYSTEM, expected_state="soumise")


# --- Closed until it is opened ----------------------------------------------------------------------------------------


def test_nothing_is_shown_until_the_c2ra_opens_its_region(client, prestataire):
    page = client.get(LISTE)
    assert page.status_code == 200 and "Aucune région n’a encore ouvert" in text(page)
    assert page["X-Robots-Tag"] == "noindex" and '<meta name="robots" content="noindex">' in text(page)
    assert client.get(address(prestataire)).status_code == 404
    assert client.get(address(prestataire, "contact")).status_code == 404
    assert client.get(address(prestataire, "donnees_fiche")).status_code == 404
    assert client.get(JSON).json()["prestataires"] == []
    assert "Cabinet Public" not in client.get(CSV).content.decode("utf-8-sig")
    assert "<loc>" not in text(client.get("/prestataires/plan.xml"))
    assert "Sitemap" not in text(client.get("/robots.txt"))
    # Nobody is sent there either.
    assert LISTE not in text(client.get(reverse("account_login")))


def test_the_c2ra_opens_and_closes_its_region_and_the_journal_says_who(client, client_for, reviewer, prestataire):
    page = reverse("portfolio:ouverture")
    his = client_for(reviewer)
    assert page in text(his.get(reverse("portfolio:file")))
    before = text(his.get(page))
    assert "Sur 1 à jour dans votre région, 1" in before and "Ouvrir au public" in before
    assert his.post(page, {"action": "ouvrir", "version": "0"}).status_code == 302
    assert "Cabinet Public" in text(client.get(LISTE))
    entry = JournalEntry.objects.get(verb="portfolio.ouverte")
    assert entry.actor_label == str(reviewer) and entry.changes == {"ouverte": [False, True]}
    assert "a ouvert le portefeuille de la région au public" in text(his.get(page))
    assert LISTE in text(client.get(reverse("account_login")))
    # A second person, on a page that is no longer up to date, changes nothing.
    assert his.post(page, {"action": "fermer", "version": "0"}).status_code == 409
    assert his.post(page, {"action": "x", "version": "1"}).status_code == 422
    assert his.post(page, {"action": "fermer", "version": "1"}).status_code == 302
    assert client.get(address(prestataire)).status_code == 404
    assert JournalEntry.objects.filter(verb="portfolio.fermee").count() == 1


def test_only_who_decides_for_the_region_opens_it(client_for, reviewer, centre, bretagne):
    page, data = reverse("portfolio:ouverture"), {"action": "ouvrir", "version": "0"}
    reader = client_for(member(reviewer.active_membership.organisation, "lecture"))
    assert "lecture seule" in text(reader.get(page)) and reader.post(page, data).status_code == 403
    assert client_for(member(OrganisationFactory(region=centre))).post(page, data).status_code == 404
    client_for(member(OrganisationFactory(c2ra=True, region=bretagne))).post(page, data)
    assert not Ouverture.objects.filter(region=centre).exists()


# --- Whose fiche ------------------------------------------------------------------------------------------------------


def test_a_fiche_that_did_not_agree_is_not_found(client, centre):
    opened(centre)
    silent = published_prestataire(region=centre, name="Cabinet Discret", public=False)
    assert client.get(address(silent)).status_code == 404
    assert "Cabinet Discret" not in text(client.get(LISTE))


def test_a_fiche_out_of_date_or_withdrawn_is_not_found(client, clock_at, centre, prestataire):
    opened(centre)
    assert client.get(address(prestataire)).status_code == 200
    publication = Publication.objects.get(prestataire=prestataire)
    clock_at(f"{publication.a_actualiser_le} 09:00")
    assert client.get(address(prestataire)).status_code == 404
    clock_at(f"{publication.a_actualiser_le - dt.timedelta(days=1)} 09:00")
    assert client.get(address(prestataire)).status_code == 200
    deactivate(publication, actor=SYSTEM, reason="Plainte.", expected_state="publiee")
    assert client.get(address(prestataire)).status_code == 404


def test_the_prestataire_takes_its_fiche_out_at_once(client, client_for, user, centre, prestataire):
    opened(centre)
    espace, button = (reverse(f"portfolio:{name}", args=[prestataire.pk]) for name in ("espace_prestataire", "public"))
    mine = client_for(user)
    assert address(prestataire) in text(mine.get(espace))
    assert client_for(UserFactory()).post(button, {"action": "retirer"}).status_code == 404
    assert client.get(address(prestataire)).status_code == 200
    mine.post(button, {"action": "retirer"})
    assert client.get(address(prestataire)).status_code == 404
    assert "Montrer de nouveau" in text(mine.get(espace))
    mine.post(button, {"action": "remettre"})
    assert client.get(address(prestataire)).status_code == 200
    verbs = JournalEntry.objects.filter(verb__startswith="portfolio.public_").order_by("pk")
    assert list(verbs.values_list("verb", flat=True)) == ["portfolio.public_retire", "portfolio.public_remis"]


def test_the_prestataire_reads_where_it_stands(client_for, clock_at, user, centre, prestataire):
    espace = reverse("portfolio:espace_prestataire", args=[prestataire.pk])
    assert "elle le sera si une région" in text(client_for(user).get(espace))
    other = UserFactory()
    silent = published_prestataire(other, region=centre, public=False)
    page = text(client_for(other).get(reverse("portfolio:espace_prestataire", args=[silent.pk])))
    assert "n’est pas montrée au public" in page and "Ne plus montrer" not in page
    clock_at("2027-12-01 09:00")
    assert "à actualiser : le public ne la voit plus" in text(client_for(user).get(espace))


def test_a_later_version_that_agrees_to_less_is_obeyed_in_every_region(client, centre, bretagne):
    there = published_prestataire(region=centre, name="Cabinet", public=True, public_prix=True, regions=[bretagne])
    publish_in_region(Publication.objects.get(region=bretagne), actor=SYSTEM, expected_state="demandee")
    opened(bretagne)
    url = address(there, "donnees_fiche")
    assert client.get(url).json()["prestataire"]["prix_jour_ht"] == {"min": 600, "max": 900}
    # Bretagne has not decided on the second version yet: it still publishes the first.
    next_version(there, public_prix=False)
    assert client.get(url).json()["prestataire"]["prix_jour_ht"] is None
    next_version(there, public=False)
    assert client.get(url).status_code == 404


def test_two_open_regions_show_one_page_that_of_the_home_region_first(client, centre, bretagne):
    there = published_prestataire(region=centre, name="Cabinet", public=True, regions=[bretagne])
    publish_in_region(Publication.objects.get(region=bretagne), actor=SYSTEM, expected_state="demandee")
    opened(bretagne)
    assert client.get(address(there, "donnees_fiche")).json()["prestataire"]["region"] == str(bretagne)
    opened(centre)
    assert shown().count() == 1
    assert client.get(address(there, "donnees_fiche")).json()["prestataire"]["region"] == str(centre)
    there.region = bretagne  # it moves: its own région is the one that came second
    there.save()
    assert shown().get().region == bretagne


# --- What is shown ----------------------------------------------------------------------------------------------------


def test_the_public_fiche_shows_no_contact_price_reference_nor_name_unless_each_was_agreed(client, user, centre):
    there = published_prestataire(
        user, region=centre, name="Cabinet", public=True, contact_name="Nom Caché", contact_email="cache@example.org",
        contact_phone="0247000000", address="3 rue Cachée",
        presentation="Écrivez à moi@exemple.fr ou au 06.12.34.56.78 ; depuis 2012.",
    )  # fmt: skip
    opened(centre)
    page, fiche = text(client.get(address(there))), Publication.objects.get(prestataire=there).fiche
    data = client.get(address(there, "donnees_fiche")).content.decode()
    named = fiche.intervenants.get().nom
    for secret in (
        "Nom Caché",
        "cache@example.org",
        "02 47 00",
        "024700",
        "02\u00a047",
        "rue Cachée",
        "moi@exemple.fr",
        "06.12",
        named,
        "€",
    ):
        assert secret not in page and secret not in data, secret
    assert "[adresse non montrée]" in page and "depuis 2012" in page
    assert ".pdf" not in page and "Références" not in page
    fiche.public_references = fiche.public_prix = True
    fiche.save()
    Intervenant.objects.filter(fiche=fiche).update(public=True)
    page = text(client.get(address(there)))
    assert named in page and "Références" in page and "€ HT" in page
    assert "cache@example.org" not in page


def test_the_consents_are_chosen_in_the_fiche_and_read_by_the_c2ra(client_for, user, reviewer, prestataire):
    fiche = start_version(prestataire, actor=SYSTEM)
    mine = client_for(user)
    rubric = text(mine.get(reverse("portfolio:rubrique", args=[prestataire.pk, "autres"])))
    for name in ("public", "public_references", "public_prix"):
        assert f'name="{name}"' in rubric
    someone = fiche.intervenants.get()
    url = reverse("portfolio:intervenant", args=[prestataire.pk, someone.pk])
    mine.post(url, {"nom": someone.nom, "public": "on", "version": someone.version})
    update_rubrique(fiche, "autres", {"charte": True, "public_prix": True}, actor=SYSTEM)
    fiche.refresh_from_db()
    submit(fiche, actor=SYSTEM, expected_state="brouillon")
    review = text(client_for(reviewer).get(reverse("portfolio:relire", args=[fiche.pk])))
    assert "Prix visibles du public" in review and "nommé au public" in review


@pytest.mark.parametrize(
    ("typed", "shown_as"),
    [
        ("jean.dupont+x@exemple.co.uk", "[adresse non montrée]"),
        ("jean [at] exemple.fr", "[adresse non montrée]"),
        ("Tél. +33 (0)6 12 34 56 78.", "Tél. [téléphone non montré]."),
        ("0247000000", "[téléphone non montré]"),
        ("SIRET 812 345 678 00012, budget 1 200 000 €", "SIRET 812 345 678 00012, budget 1 200 000 €"),
    ],
)  # fmt: skip
def test_addresses_and_telephones_typed_in_a_text_are_masked_and_other_numbers_are_not(typed, shown_as):
    assert masked(typed) == shown_as


# --- The list ---------------------------------------------------------------------------------------------------------


def test_the_list_is_searched_by_words_domain_and_departement(client, centre):
    one, other = Domaine.objects.order_by("pk")[:2]
    published_prestataire(region=centre, name="Cabinet Alpha", public=True, domaines=[one], presentation="Des comptes.")
    published_prestataire(region=centre, name="Cabinet Bêta", public=True, domaines=[other], presentation="Du théâtre.")
    opened(centre)

    def names(query: str) -> list[str]:
        return re.findall(r'<h3><a href="[^"]+">([^<]+)</a>', text(client.get(LISTE + query)))

    assert names("") == ["Cabinet Alpha", "Cabinet Bêta"]
    assert names("?q=THEATRE") == ["Cabinet Bêta"]
    assert names(f"?domaine={one.code}") == ["Cabinet Alpha"]
    assert names(f"?q={str(one).split()[0]}&domaine={other.code}") in ([], ["Cabinet Bêta"])
    assert names("?domaine=inconnu&departement=zz") == ["Cabinet Alpha", "Cabinet Bêta"]
    assert names("?q=introuvable") == []
    # What is exported is what was searched.
    searched = text(client.get(f"{LISTE}?q=théâtre&domaine={other.code}&page=3&autre=1"))
    address = re.search(rf'<a href="({JSON}[^"]*)"', searched).group(1).replace("&amp;", "&")
    assert address == f"{JSON}?q=th%C3%A9%C3%A2tre&domaine={other.code}"
    data = client.get(address).json()
    assert [p["raison_sociale"] for p in data["prestataires"]] == ["Cabinet Bêta"]


def test_words_do_not_find_what_is_not_shown(client, centre):
    published_prestataire(region=centre, name="Cabinet", public=True, contact_name="Zénobie", address="rue Zénobie")
    opened(centre)
    assert "Cabinet</a>" not in text(client.get(LISTE + "?q=zenobie"))


def test_the_engines_read_titles_one_address_per_page_and_no_search(client, centre, prestataire, settings):
    settings.SITE_URL = "https://dla.example.org"
    opened(centre)
    page = client.get(address(prestataire))
    assert re.search(r"<title>Cabinet Public.* · Prestataires des DLA", text(page))
    assert f'<link rel="canonical" href="https://dla.example.org{address(prestataire)}">' in text(page)
    assert re.search(r'<meta name="description" content="Cabinet Public[^"]{10,}">', text(page))
    assert "noindex" not in text(page) and "X-Robots-Tag" not in page
    searched = client.get(LISTE + "?q=cabinet")
    assert '<link rel="canonical" href="https://dla.example.org/prestataires/">' in text(searched)
    assert searched["X-Robots-Tag"] == "noindex"
    assert "X-Robots-Tag" not in client.get(LISTE)
    sitemap = text(client.get("/prestataires/plan.xml"))
    assert f"<loc>https://dla.example.org{address(prestataire)}</loc><lastmod>2026-11-20</lastmod>" in sitemap
    assert "Sitemap: https://dla.example.org/prestataires/plan.xml" in text(client.get("/robots.txt"))


def test_pages_are_asked_again_and_data_are_kept_five_minutes(client, centre, prestataire):
    opened(centre)
    assert {"private", "no-cache"} <= set(client.get(LISTE)["Cache-Control"].split(", "))
    for url in (JSON, CSV, address(prestataire, "donnees_fiche"), reverse("prestataires:schema")):
        answer = client.get(url)
        assert {"public", "max-age=300"} == set(answer["Cache-Control"].split(", ")), url
        assert not answer.cookies and answer["Access-Control-Allow-Origin"] == "*"
        assert client.post(url).status_code == 405
    assert "no-store" in client.get(address(prestataire, "contact"))["Cache-Control"]


def test_a_list_of_thirty_asks_as_many_queries_as_a_list_of_one(client, centre, count_queries):

    published_prestataire(region=centre, public=True, public_references=True)
    opened(centre)
    urls = (LISTE, JSON, CSV, "/prestataires/plan.xml")
    for url in urls:
        client.get(url)
    one = {url: count_queries(lambda url=url: client.get(url)) for url in urls}
    for number in range(29):
        published_prestataire(region=centre, name=f"Cabinet {number}", public=True, public_references=True)
    assert {url: count_queries(lambda url=url: client.get(url)) for url in urls} == one
    assert client.get(JSON).json()["total"] == 30
    assert "Page 1 sur 2" in text(client.get(LISTE))
    assert "Page 2" in text(client.get(LISTE + "?page=2"))


# --- The data ---------------------------------------------------------------------------------------------------------


def test_the_json_is_what_its_schema_says(client, centre, prestataire):
    opened(centre)
    schema = client.get(reverse("prestataires:schema")).json()
    for url in (JSON, address(prestataire, "donnees_fiche")):
        answer = client.get(url).json()
        assert faults(answer, schema) == []
        assert answer["schema"] == schema["$id"] and answer["version"] == 1
    whole = published_prestataire(region=centre, name="Tout", public=True, public_references=True, public_prix=True)
    Intervenant.objects.update(public=True)
    answer = client.get(address(whole, "donnees_fiche")).json()
    assert answer["prestataire"]["references"] and answer["prestataire"]["intervenants"]
    assert faults(answer, schema) == []
    # The schema is closed enough to see a field that goes, or changes of kind.
    del answer["prestataire"]["domaines"]
    answer["prestataire"]["siret"] = 1
    assert len(faults(answer, schema)) == 2


def test_the_fields_of_the_schema_are_those_of_the_documentation(settings):
    data = (settings.BASE_DIR / "partners/portfolio/vitrine/data/prestataires-1.schema.json").read_text("utf-8")
    fields = set(json.loads(data)["$defs"]["prestataire"]["properties"])
    page = (settings.BASE_DIR / "docs/donnees-publiques.md").read_text("utf-8")
    page = page.split("### Les champs d’une fiche")[1].split("\n## ")[0]
    assert set(re.findall(r"^\| `(\w+)` \|", page, re.M)) == fields


def test_the_json_comes_by_hundreds_with_the_address_of_the_next_page(client, centre, prestataire, monkeypatch):
    opened(centre)
    published_prestataire(region=centre, name="Cabinet suivant", public=True)
    monkeypatch.setattr(public_data, "PAR_PAGE_JSON", 1)
    first = client.get(f"{JSON}?q=cabinet").json()
    assert first["pages"] == 2 and first["suivante"].endswith("/prestataires/donnees.json?q=cabinet&page=2")
    assert client.get(JSON + "?q=cabinet&page=2").json()["suivante"] is None


def test_the_table_is_run_by_no_spreadsheet(client, centre):
    published_prestataire(region=centre, name="=HYPERLINK(1)", public=True)
    opened(centre)
    lines = client.get(CSV).content.decode("utf-8-sig").splitlines()
    assert lines[0].startswith("Identifiant;SIRET;Raison sociale")
    assert ";'=HYPERLINK(1);" in lines[1]


# --- Writing to a prestataire -----------------------------------------------------------------------------------------

LETTER = {"nom": "Une visiteuse", "email": "visiteuse@example.org", "texte": "Bonjour,\nnous cherchons <un> cabinet."}


def test_a_visitor_writes_without_reading_any_address_and_the_referent_answers(client, run_jobs, centre, prestataire):
    opened(centre)
    page = address(prestataire, "contact")
    assert page in text(client.get(address(prestataire)))
    form = text(client.get(page))
    assert "referent@example.org" not in form and "noindex" in form
    run_jobs()
    mail.outbox.clear()
    assert client.post(page, LETTER)["Location"] == address(prestataire)
    run_jobs()
    (letter,) = mail.outbox
    assert letter.to == ["referent@example.org"] and letter.reply_to == ["visiteuse@example.org"]
    assert "nous cherchons <un> cabinet" in letter.body and "&lt;un&gt;" in letter.alternatives[0][0]
    # What she wrote is in no row of the outbox, and goes after thirty days.
    assert "cherchons" not in json.dumps(OutboxMail.objects.get(template="portfolio/message").context)


def test_a_wrong_message_is_told_and_kept_and_a_machine_sends_nothing(client, centre, prestataire):
    opened(centre)
    page = address(prestataire, "contact")
    wrong = client.post(page, LETTER | {"email": "pas une adresse"})
    assert wrong.status_code == 422 and "nous cherchons &lt;un&gt; cabinet" in text(wrong)
    assert client.post(page, LETTER | {"complement": "http://…"}).status_code == 302
    assert not MessagePublic.objects.exists() and not OutboxMail.objects.filter(template="portfolio/message").exists()


def test_too_many_messages_are_stopped_and_what_was_typed_stays(client, centre, prestataire):
    opened(centre)
    page = address(prestataire, "contact")
    for _ in range(5):
        assert client.post(page, LETTER).status_code == 302
    slowed = client.post(page, LETTER)
    assert slowed.status_code == 429 and "nous cherchons &lt;un&gt; cabinet" in text(slowed)
    assert MessagePublic.objects.count() == 5


def test_nobody_to_read_means_no_form(client, centre, prestataire):
    opened(centre)
    prestataire.membres.update(state="parti", ended_at="2026-11-20T09:00Z")
    assert "Écrire à ce prestataire" not in text(client.get(address(prestataire)))
    assert client.get(address(prestataire, "contact")).status_code == 404


def test_somebody_who_was_erased_is_not_named_any_more(client, user, centre, prestataire):
    opened(centre)
    someone = Intervenant.objects.get(fiche__prestataire=prestataire)
    Intervenant.objects.update(public=True)
    assert someone.nom in text(client.get(address(prestataire)))
    erase_intervenant(someone, actor=actor_of(user))
    assert "Intervenants" not in text(client.get(address(prestataire)))


def test_messages_are_erased_after_thirty_days(clock_at, centre, prestataire):
    clock_at("2026-11-20 10:00")
    write_to(prestataire, nom="Une visiteuse", email="v@example.org", texte="Bonjour")
    clock_at("2026-12-20 09:59")
    assert erase_messages() == 0
    clock_at("2026-12-20 10:01")
    assert tasks.daily_erasing(None, date="2026-12-20") == {"messages": 1}


def test_staff_read_the_public_pages_too(client_for, centre, prestataire):
    opened(centre)
    page = text(client_for(member()).get(address(prestataire)))
    assert "Cabinet Public" in page and "Se déconnecter" in page
