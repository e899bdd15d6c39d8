"""The second factor: activated, asked for, recovered, deactivated; with the codes a real application computes."""

from __future__ import annotations

import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.urls import reverse

from tests.accounts.test_sign_in import letters
from tests.factories import PASSWORD, member

LOGIN = "account_login"


def totp(secret: str) -> str:
    """What the application of a telephone shows now for ``secret``."""
    counter = next(iter(yield_hotp_counters_from_time()))
    return format_hotp_value(hotp_value(secret, counter))


@pytest.fixture(autouse=True)
def stopped_clock(clock_at):
    """A code lives thirty seconds: the clock only moves when a test says so."""
    clock_at("2026-11-21 10:00:05")


@pytest.fixture
def person(db):
    return member(email="alix@example.org")


@pytest.fixture
def signed_in(client_for, person):
    return client_for(person)


def activate(client) -> str:
    """Activate the second factor as one does in the browser; returns the secret."""
    url = reverse("mfa_activate_totp")
    asked = client.get(url)
    assert asked["Location"].startswith(reverse("account_reauthenticate"))
    assert "Confirmer que c’est vous" in client.get(asked["Location"]).content.decode()
    client.post(asked["Location"], {"password": PASSWORD, "next": url})
    page = client.get(url).content.decode()
    assert 'src="data:image/svg+xml;base64,' in page
    secret = re.search(r"<code>([A-Z2-7]+)</code>", page)[1]
    answer = client.post(url, {"code": totp(secret)})
    assert answer["Location"] == reverse("mfa_view_recovery_codes")
    return secret


def enter_password(client, person):
    return client.post(reverse(LOGIN), {"login": person.email, "password": PASSWORD})


def has_session(client) -> bool:
    return "_auth_user_id" in client.session


@pytest.mark.django_db(transaction=True)
def test_activating_shows_recovery_codes_and_tells_by_mail(signed_in, person):
    activate(signed_in)
    page = signed_in.get(reverse("mfa_view_recovery_codes")).content.decode()
    assert len(re.findall(r"<li><code>\d+</code></li>", page)) == 10
    assert "Second facteur activé" in [m.subject for m in letters()]
    assert "actif" in signed_in.get(reverse("accounts:profil")).content.decode()
    assert "10\xa0codes inutilisés" in signed_in.get(reverse("mfa_index")).content.decode()
    assert len(signed_in.get(reverse("mfa_download_recovery_codes")).content.split()) == 10


def test_a_wrong_code_activates_nothing(signed_in, person):
    url = reverse("mfa_activate_totp")
    signed_in.post(signed_in.get(url)["Location"], {"password": PASSWORD, "next": url})
    signed_in.get(url)
    assert "Ce code n’est pas le bon" in signed_in.post(url, {"code": "000000"}).content.decode()
    assert not Authenticator.objects.exists()


def test_the_password_alone_does_not_open_any_more(signed_in, client, person, time_machine):
    secret = activate(signed_in)
    time_machine.shift(60)
    answer = enter_password(client, person)
    assert answer["Location"] == reverse("mfa_authenticate")
    assert not has_session(client)
    assert client.get(reverse("accounts:profil")).status_code == 302
    page = client.get(answer["Location"])
    assert "code à six chiffres" in page.content.decode()
    assert "Ce code n’est pas le bon" in client.post(answer["Location"], {"code": "000000"}).content.decode()
    client.post(answer["Location"], {"code": totp(secret)})
    assert has_session(client)


def test_the_code_by_mail_does_not_go_round_the_second_factor(signed_in, client, person):
    activate(signed_in)
    client.post(reverse("account_request_login_code"), {"email": person.email})
    code = re.search(r"^([A-Z0-9]{3,}(?:-[A-Z0-9]+)*)$", letters()[-1].body, re.MULTILINE)[1]
    answer = client.post(reverse("account_confirm_login_code"), {"code": code})
    assert answer["Location"] == reverse("mfa_authenticate")
    assert not has_session(client)


def test_a_code_serves_once(signed_in, client, person, time_machine):
    secret = activate(signed_in)
    time_machine.shift(60)
    code = totp(secret)
    enter_password(client, person)
    client.post(reverse("mfa_authenticate"), {"code": code})
    assert has_session(client)
    client.post(reverse("account_logout"))
    enter_password(client, person)
    client.post(reverse("mfa_authenticate"), {"code": code})
    assert not has_session(client)


def test_a_recovery_code_opens_once(signed_in, client, person):
    activate(signed_in)
    page = signed_in.get(reverse("mfa_view_recovery_codes")).content.decode()
    code = re.search(r"<li><code>(\d+)</code></li>", page)[1]
    enter_password(client, person)
    client.post(reverse("mfa_authenticate"), {"code": code})
    assert has_session(client)
    client.post(reverse("account_logout"))
    enter_password(client, person)
    client.post(reverse("mfa_authenticate"), {"code": code})
    assert not has_session(client)


def test_deactivating_asks_who_one_is_after_a_while_and_the_password_suffices_again(
    signed_in, client, person, time_machine
):
    secret = activate(signed_in)
    time_machine.shift(16 * 60)
    url = reverse("mfa_deactivate_totp")
    asked = signed_in.get(url)
    assert asked.status_code == 302
    page = signed_in.get(asked["Location"], follow=True).content.decode()
    assert "Avec un code" in page
    signed_in.get(reverse("mfa_reauthenticate"))
    signed_in.post(reverse("mfa_reauthenticate"), {"code": totp(secret), "next": url})
    assert "Désactiver le second facteur" in signed_in.get(url).content.decode()
    signed_in.post(url)
    assert not Authenticator.objects.exists()
    enter_password(client, person)
    assert has_session(client)


def test_somebody_protected_may_still_change_address(signed_in, person):
    activate(signed_in)
    answer = signed_in.post(reverse("account_email"), {"email": "ailleurs@example.org", "action_add": ""})
    assert answer["Location"] == reverse("account_email_verification_sent")


def test_new_recovery_codes_replace_the_former(signed_in, person):
    activate(signed_in)
    url = reverse("mfa_generate_recovery_codes")
    before = signed_in.get(reverse("mfa_download_recovery_codes")).content
    assert "Vos codes actuels ne serviront plus" in signed_in.get(url).content.decode()
    signed_in.post(url)
    assert signed_in.get(reverse("mfa_download_recovery_codes")).content != before
