"""Passkeys as second factor: added, named, asked for, removed; with a key that really signs."""

from __future__ import annotations

import json
import re

import pytest
from allauth.mfa.models import Authenticator
from django.urls import reverse

from tests.accounts.soft_key import SoftKey
from tests.factories import PASSWORD, member

pytestmark = pytest.mark.django_db

ADD, LIST, CHECK = "mfa_add_webauthn", "mfa_list_webauthn", "mfa_authenticate"


@pytest.fixture(autouse=True)
def stopped_clock(clock_at):
    clock_at("2026-11-21 10:00:05")


@pytest.fixture
def person(db):
    return member(email="alix@example.org")


@pytest.fixture
def signed_in(client_for, person):
    return client_for(person)


def asked(client, url: str) -> dict:
    """What the page asks of the browser."""
    found = re.search(r'<script id="js_data" type="application/json">(.*?)</script>', client.get(url).content.decode())
    return json.loads(found[1])


def prove(client, url: str) -> None:
    """Say again who one is, as asked before touching the security of the account."""
    client.post(client.get(url)["Location"], {"password": PASSWORD, "next": url})


def add(client, key: SoftKey, name: str = "Ordinateur du bureau"):
    """Add a passkey as the browser does."""
    url = reverse(ADD)
    prove(client, url)
    options = asked(client, url)["creation_options"]
    return client.post(url, {"name": name, "credential": key.create(options)})


def enter_password(client, person):
    return client.post(reverse("account_login"), {"login": person.email, "password": PASSWORD})


def present(client, key: SoftKey):
    options = asked(client, reverse(CHECK))["request_options"]
    return client.post(reverse(CHECK), {"credential": key.get(options)})


def has_session(client) -> bool:
    return "_auth_user_id" in client.session


def test_adding_a_key_asks_who_one_is_and_gives_recovery_codes(signed_in, person):
    assert signed_in.get(reverse(ADD)).status_code == 302
    answer = add(signed_in, SoftKey())
    assert answer["Location"] == reverse("mfa_view_recovery_codes")
    assert "Ordinateur du bureau" in signed_in.get(reverse(LIST)).content.decode()
    assert "actif" in signed_in.get(reverse("accounts:profil")).content.decode()


def test_the_password_alone_does_not_open_any_more_and_the_key_does(signed_in, client, person):
    key = SoftKey()
    add(signed_in, key)
    assert enter_password(client, person)["Location"] == reverse(CHECK)
    assert not has_session(client)
    page = client.get(reverse(CHECK)).content.decode()
    assert "Présenter ma clé" in page and "six chiffres" not in page
    present(client, key)
    assert has_session(client)


def test_another_key_does_not_open(signed_in, client, person):
    add(signed_in, SoftKey())
    enter_password(client, person)
    answer = present(client, SoftKey())
    assert answer.status_code == 200 and not has_session(client)


def test_the_key_of_somebody_else_does_not_open(signed_in, client, client_for, person):
    mine, theirs = SoftKey(), SoftKey()
    add(signed_in, mine)
    add(client_for(member(email="autre@example.org")), theirs)
    enter_password(client, person)
    present(client, theirs)
    assert not has_session(client)


def test_an_answer_heard_before_does_not_open_again(signed_in, client, person):
    key = SoftKey()
    add(signed_in, key)
    enter_password(client, person)
    heard = key.get(asked(client, reverse(CHECK))["request_options"])
    client.post(reverse(CHECK), {"credential": heard})
    assert has_session(client)
    client.post(reverse("account_logout"))
    enter_password(client, person)
    client.get(reverse(CHECK))
    client.post(reverse(CHECK), {"credential": heard})
    assert not has_session(client)


def test_what_is_not_an_answer_of_a_key_is_refused_in_words(signed_in, client, person):
    add(signed_in, SoftKey())
    enter_password(client, person)
    client.get(reverse(CHECK))
    for credential in ("", "pas du json", "{}", '{"id": "x"}'):
        assert client.post(reverse(CHECK), {"credential": credential}).status_code == 200
    assert not has_session(client)
    url = reverse(ADD)
    signed_in.get(url)
    for credential in ("", "{}", '{"id": "x"}', '{"id": "x", "rawId": "x", "type": "public-key", "response": {}}'):
        assert signed_in.post(url, {"name": "Neuve", "credential": credential}).status_code == 200
    assert Authenticator.objects.filter(type="webauthn").count() == 1


def test_a_recovery_code_opens_without_the_key(signed_in, client, person):
    add(signed_in, SoftKey())
    code = signed_in.get(reverse("mfa_download_recovery_codes")).content.decode().split()[0]
    enter_password(client, person)
    client.post(reverse(CHECK), {"code": code})
    assert has_session(client)


def test_a_key_is_renamed_and_its_name_is_kept_short(signed_in, person):
    add(signed_in, SoftKey())
    key = Authenticator.objects.get(type="webauthn")
    url = reverse("mfa_edit_webauthn", args=[key.pk])
    assert "Renommer une clé d’accès" in signed_in.get(url).content.decode()
    signed_in.post(url, {"name": "Téléphone " + "x" * 200})
    assert Authenticator.objects.get(pk=key.pk).wrap().name == ("Téléphone " + "x" * 200)[:80]
    assert signed_in.post(url, {"name": ""}).status_code == 200


def test_nobody_touches_the_key_of_somebody_else(signed_in, client_for, person):
    other = client_for(member(email="autre@example.org"))
    add(other, SoftKey())
    theirs = Authenticator.objects.get(type="webauthn").pk
    add(signed_in, SoftKey())
    for route in ("mfa_edit_webauthn", "mfa_remove_webauthn"):
        url = reverse(route, args=[theirs])
        assert signed_in.get(url).status_code == 404
        assert signed_in.post(url, {"name": "Pris"}).status_code == 404
    assert Authenticator.objects.filter(pk=theirs).exists()


def test_removing_the_only_key_leaves_the_password_alone(signed_in, client, person):
    add(signed_in, SoftKey())
    url = reverse("mfa_remove_webauthn", args=[Authenticator.objects.get(type="webauthn").pk])
    assert "Retirer une clé d’accès" in signed_in.get(url).content.decode()
    assert signed_in.post(url)["Location"] == reverse(LIST)
    assert not Authenticator.objects.exists()
    enter_password(client, person)
    assert has_session(client)


def test_the_key_says_again_who_one_is(signed_in, person, time_machine):
    key = SoftKey()
    add(signed_in, key)
    time_machine.shift(16 * 60)
    url = reverse("mfa_generate_recovery_codes")
    page = signed_in.get(signed_in.get(url)["Location"], follow=True).content.decode()
    assert "Avec votre clé d’accès" in page
    way = reverse("mfa_reauthenticate_webauthn")
    options = asked(signed_in, way)["request_options"]
    signed_in.post(way, {"credential": key.get(options), "next": url})
    assert signed_in.get(url).status_code == 200
