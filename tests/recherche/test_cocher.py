"""What one keeps while searching: ticks that survive whatever is sent, the comparison, the favourites."""

import datetime as dt
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urlsplit

import pytest

from core.listing import PAGE_SIZE
from partners.recherche.models import Favori
from referentiels.models import Region
from tests.factories import SecteurFactory, member, prestataire_of, published_prestataire, shown_prestataire
from tests.portfolio.pages import text

pytestmark = pytest.mark.django_db
URL = "/portefeuille/"


@pytest.fixture
def user():
    return member()


@pytest.fixture
def region(user):
    return user.active_membership.organisation.region


def named(region, name, **values):
    return published_prestataire(region=region, name=name, **{"raison_sociale": name, **values})


class _Form(HTMLParser):
    """What the form of the search sends when no script runs."""

    def __init__(self, html: str):
        super().__init__()
        self.sent: list[tuple[str, str]] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        if tag == "input" and values.get("type") == "checkbox" and "checked" in values:
            self.sent.append((values["name"], values["value"]))
        elif tag == "input" and values.get("type") == "search":
            self.sent.append((values["name"], values.get("value") or ""))


def sent(html: str, **more) -> dict:
    """The fields of the page as it stands, and what one types, ticks or presses besides."""
    found: dict[str, list[str]] = {}
    for name, value in [*_Form(html).sent, *((k, str(v)) for k, v in more.items())]:
        found.setdefault(name, []).append(value)
    return found


def ticked(html: str) -> list[str]:
    return [value for name, value in _Form(html).sent if name == "p"]


def test_what_is_ticked_stays_so_when_one_searches_for_something_else(client_for, user, region):
    sport, culture = SecteurFactory(sport=True), SecteurFactory(code="culture", label="Culture")
    one, two = named(region, "Du sport", secteurs=[sport]), named(region, "De la culture", secteurs=[culture])
    client = client_for(user)
    html = text(client.get(URL, {"secteur": "sport"}))
    html = text(client.get(URL, sent(html, p=one.pk)))
    assert ticked(html) == [str(one.pk)] and "1\u00a0coché<" in html
    # Another search: it is no longer among the results, and still ticked, by its name.
    html = text(client.get(URL, {**sent(html), "secteur": "culture"}))
    assert "dont 1 hors de cette page" in html and "Du sport" in html
    html = text(client.get(URL, sent(html, p=two.pk)))
    assert sorted(ticked(html)) == sorted([str(one.pk), str(two.pk)]) and "2\u00a0cochés<" in html


def test_what_is_ticked_stays_so_from_one_page_to_the_next(client_for, user, region):
    for n in range(PAGE_SIZE + 1):
        shown_prestataire(name=f"P{n:02}", region=region)
    client = client_for(user)
    html = text(client.get(URL, {"tri": "nom"}))
    first = html.split('name="p" value="')[1].split('"')[0]
    html = text(client.get(URL, {**sent(html, p=first), "page": "2", "tri": "nom"}))
    assert "Page 2 sur 2" in html and ticked(html) == [first]


def test_a_star_keeps_the_ticks_the_criteria_and_the_page(client_for, user, region):
    kept, other = named(region, "Gardé"), named(region, "Autre")
    client = client_for(user)
    html = text(client.get(URL, {"q": "gardé", "p": other.pk}))
    answer = client.post(f"{URL}{kept.pk}/favori/?garder=1&page=2", sent(html))
    assert dict(parse_qsl(urlsplit(answer.url).query)) == {"q": "gardé", "p": str(other.pk), "page": "2"}
    assert Favori.objects.get().prestataire == kept
    # Said twice, nothing changes; taken off in turn, from another page.
    client.post(f"{URL}{kept.pk}/favori/?garder=1", sent(html))
    assert Favori.objects.count() == 1
    assert client.post(f"{URL}{kept.pk}/favori/?garder=0", {"retour": "https://ailleurs.example/"}).url == URL
    assert not Favori.objects.exists()


def test_favourites_are_those_of_one_person(client_for, user, region):
    kept = named(region, "Gardé")
    named(region, "Autre")
    client_for(user).post(f"{URL}{kept.pk}/favori/?garder=1")
    mine, theirs = (text(client_for(who).get(URL, {"favoris": "1"})) for who in (user, member()))
    assert "Gardé" in mine and "Autre" not in mine and "Gardé" not in theirs


def test_one_does_not_keep_what_one_may_not_see(client_for, user, region):
    hidden = prestataire_of(region=region, name="Brouillon")
    client = client_for(user)
    for pk in (hidden.pk, 999_999):
        assert client.post(f"{URL}{pk}/favori/").status_code == 404


@pytest.mark.parametrize("htmx", [False, True])
def test_the_bar_leads_on_with_what_is_ticked(client_for, user, region, htmx):
    one, two = named(region, "Un"), named(region, "Deux")
    client = client_for(user)
    asked = {"q": "un", "p": [one.pk, two.pk]}
    headers = {"HX-Request": "true"} if htmx else {}
    for to, path, kept in (
        ("comparer", f"{URL}comparer/", {"q", "p"}),
        ("consultations:consulter", "/ingenieries/consulter/", {"p", "retour"}),
        ("effacer", URL, {"p"}),
        ("decocher", URL, {"q"}),
    ):
        answer = client.get(URL, {**asked, "vers": to}, headers=headers)
        url = urlsplit(answer["HX-Redirect"] if htmx else answer.url)
        assert url.path == path and {name for name, _ in parse_qsl(url.query)} == kept, to
    # Nowhere else.
    assert client.get(URL, {**asked, "vers": "https://ailleurs.example/"}).status_code == 200


def test_the_comparison_says_what_the_list_says(client_for, user, region):
    one = named(region, "Libre", presentation="Danse.")
    two = named(region, "Pris", disponible_le=dt.date(2027, 1, 15), presentation="Danse.")
    far = named(Region.objects.get(code="04"), "Ailleurs")
    client = client_for(user)
    asked = {"q": "danse", "p": [one.pk, two.pk, far.pk, 999_999]}
    list_, compared = text(client.get(URL, asked)), text(client.get(f"{URL}comparer/", asked))
    assert "3\u00a0cochés<" in list_
    for html in (list_, compared):
        for words in ("dès maintenant", "à partir du 15 janvier 2027", "« danse » : présentation"):
            assert words in html.replace("\u00a0", " "), words
    assert "Ailleurs" in compared and "non dit" not in compared.split("Disponibilité")[1].split("</tr>")[0]
    # One comes back to the same search, the same ticked.
    assert f"q=danse&amp;p={one.pk}&amp;p={two.pk}&amp;p={far.pk}" in compared


def test_four_are_compared_and_the_others_stay_ticked(client_for, user, region):
    keys = [shown_prestataire(name=f"P{n}", region=region).pk for n in range(5)]
    html = text(client_for(user).get(f"{URL}comparer/", {"p": keys}))
    assert "les autres restent cochés" in html and "P3" in html and "P4" not in html


def test_a_fiche_leads_back_to_the_search_with_its_ticks(client_for, user, region):
    one = named(region, "Un")
    html = text(client_for(user).get(URL, {"q": "un", "p": one.pk}))
    address = html.split('<h3><a href="')[1].split('"')[0]
    assert f'href="{URL}?q=un&amp;p={one.pk}"' in text(client_for(user).get(address))
