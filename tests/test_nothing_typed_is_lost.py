"""Every page where one writes: what was typed when the session ended is found again there, by its author alone."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from django.urls import reverse
from lxml import html

from tests.rights_table import TABLE
from tests.rights_world import build

pytestmark = pytest.mark.django_db

TEXT = "Une phrase tapée à la main, « à garder »."
_TYPED = {"text", "search", None}
#: What one types there is a key or a password.
_SECRET = ("/compte/connexion/",)


def posted_forms(page: str, url: str) -> Iterator[tuple[str, dict[str, list[str]], list[str]]]:
    """The forms of ``page`` in which one types: (address, what it sends, names of the fields filled with TEXT)."""
    for form in html.document_fromstring(page).forms:
        action = urlsplit(form.action or url)
        if form.method != "POST" or action.path.startswith(_SECRET):
            continue
        typed = [
            field.name
            for field in form.xpath(".//textarea | .//input")
            if field.name
            and "readonly" not in field.attrib
            and (field.tag == "textarea" or (field.get("type") in _TYPED and not field.get("inputmode")))
        ]
        if not typed:
            continue
        data: dict[str, list[str]] = {}
        for name, value in form.form_values():
            data.setdefault(name, []).append(value)
        yield (
            (action.path or urlsplit(url).path) + (f"?{action.query}" if action.query else ""),
            data | {name: [TEXT] for name in typed},
            typed,
        )


def fields_holding(page: str, text: str) -> set[str]:
    """The names of the fields of ``page`` that show ``text``."""
    tree = html.document_fromstring(page)
    return {
        field.name
        for field in tree.xpath("//textarea | //input")
        if field.name and (field.text or "" if field.tag == "textarea" else field.get("value", "")).strip() == text
    }


def signed_in_again(client, user) -> None:
    """By the page of sign-in, which keeps what the session held."""
    client.force_login(user, backend="accounts.backends.AuthenticationBackend")


@pytest.fixture
def world(clock_at, mailoutbox):
    clock_at("2026-11-21 10:00")
    return build()


def test_wherever_one_types_a_session_that_ended_loses_nothing(world, client_for):
    author, other = world.people["responsable"], world.people["lecture"]
    faults, seen = {}, 0
    for name, line in TABLE.items():
        if line.get is None:
            continue
        url = reverse(name, args=line.args(world))
        reader = client_for(author)
        page = reader.get(url)
        if page.status_code != 200 or "text/html" not in page["Content-Type"]:
            continue
        for action, data, typed in posted_forms(page.content.decode(), url):
            seen += 1
            reader.logout()
            sent = reader.post(action, data)
            if sent.status_code != 302 or not sent["Location"].startswith(reverse("account_login")):
                faults[f"{name} → {action}"] = f"{sent.status_code} {sent.get('Location', '')}"
                continue
            if "Votre session est finie" not in reader.get(sent["Location"]).content.decode():
                faults[f"{name} → {action}"] = "la page de connexion n’en dit rien"
                continue
            back = parse_qs(urlsplit(sent["Location"]).query)["next"][0]
            signed_in_again(reader, author)
            again = reader.get(back)
            missing = set(typed) - fields_holding(again.content.decode(), TEXT)
            if again.status_code != 200 or missing:
                faults[f"{name} → {action}"] = f"{again.status_code}, perdu : {sorted(missing)}"
            signed_in_again(reader, other)
            if TEXT in reader.get(back).content.decode():
                faults[f"{name} → {action}"] = "rendu à une autre personne"
            signed_in_again(reader, author)
    assert faults == {}
    assert seen > 40, seen
