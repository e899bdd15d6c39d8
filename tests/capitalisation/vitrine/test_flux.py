"""The Atom feed of the library is one that any reader of feeds takes (RFC 4287)."""

import datetime as dt
from xml.etree import ElementTree

import pytest

from capitalisation.bibliotheque.models import Ressource
from capitalisation.vitrine import feed
from core import clock
from tests.capitalisation.vitrine.scene import ATOM, ouverte

pytestmark = pytest.mark.django_db
_A = "{http://www.w3.org/2005/Atom}"


def read(client, query: str = "") -> ElementTree.Element:
    answer = client.get(ATOM + query)
    assert answer["Content-Type"] == "application/atom+xml; charset=utf-8"
    return ElementTree.fromstring(answer.content)  # noqa: S314 (ours)


def one(element: ElementTree.Element, name: str) -> str:
    """The text of what an entry or a feed has exactly once."""
    (found,) = element.findall(_A + name)
    return found.text or ""


def moment(value: str) -> dt.datetime:
    found = dt.datetime.fromisoformat(value)
    assert found.tzinfo is not None
    return found


def links(element: ElementTree.Element) -> dict[str, str]:
    return {link.get("rel", "alternate"): link.get("href", "") for link in element.findall(_A + "link")}


def test_the_feed_and_its_entries_have_what_the_norm_asks(client, dla, settings):
    settings.SITE_URL = "https://dla.example.org"
    day = clock.now() - dt.timedelta(days=3)
    found = ouverte(
        dla, titre="Devis & <factures>", resume="Un <b>modèle</b> & sa notice.", mots_cles=["devis"], publiee_le=day,
        created_at=day,
    )  # fmt: skip
    root = read(client, "?q=devis")
    assert root.tag == _A + "feed" and moment(one(root, "updated"))
    assert one(root, "title") == "Bibliothèque des DLA · « devis »"
    assert links(root) == {
        "alternate": "https://dla.example.org/bibliotheque/?q=devis&tri=recentes",
        "self": "https://dla.example.org/bibliotheque/flux.atom?q=devis&tri=recentes",
    }
    (entry,) = root.findall(_A + "entry")
    assert one(entry, "title") == "Devis & <factures>"
    assert one(entry, "id").startswith("tag:dla.example.org,") and one(entry, "id") != one(root, "id")
    assert moment(one(entry, "published")) == day <= moment(one(entry, "updated"))
    assert links(entry) == {"alternate": f"https://dla.example.org/bibliotheque/{found.pk}/"}
    (summary,) = entry.findall(_A + "summary")
    # What somebody typed is a text: once read as HTML, it shows as it was typed.
    assert summary.get("type") == "html" and summary.text == "Un &lt;b&gt;modèle&lt;/b&gt; &amp; sa notice."
    assert [name.text for name in entry.findall(f"{_A}author/{_A}name")] == ["DLA du Val"]
    assert "CC BY 4.0" in one(entry, "rights")
    assert "devis" in [category.get("term") for category in entry.findall(_A + "category")]


def test_an_entry_keeps_its_id_and_is_dated_again_when_its_page_changes(client, dla):
    now = clock.now()
    before = now - dt.timedelta(days=9)
    found = ouverte(dla, publiee_le=before, modifiee_le=before)
    (before,) = read(client).findall(_A + "entry")
    Ressource.objects.filter(pk=found.pk).update(modifiee_le=now, titre="Autre titre")
    (after,) = read(client).findall(_A + "entry")
    assert one(after, "id") == one(before, "id") and one(after, "title") == "Autre titre"
    assert moment(one(after, "updated")) - moment(one(before, "updated")) == dt.timedelta(days=9)
    assert one(after, "published") == one(before, "published")


def test_the_newest_come_first_and_no_more_than_a_reader_takes(client, dla, monkeypatch):
    for days in (5, 1, 3):
        ouverte(dla, titre=f"Il y a {days} jours", publiee_le=clock.now() - dt.timedelta(days=days))
    monkeypatch.setattr(feed, "ENTREES", 2)
    entries = read(client, "?tri=utilisees").findall(_A + "entry")
    assert [one(entry, "title") for entry in entries] == ["Il y a 1 jours", "Il y a 3 jours"]


def test_an_empty_feed_and_what_xml_cannot_hold_are_a_feed_all_the_same(client, dla):
    assert read(client).findall(_A + "entry") == []
    ouverte(dla, titre="Titre\x0b coupé", resume="Copié\x0cd’un PDF\x1b.")
    (entry,) = read(client).findall(_A + "entry")
    assert "coupé" in one(entry, "title") and "Copié" in one(entry, "summary")
