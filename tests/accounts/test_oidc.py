"""Signing in through an OpenID Connect provider: a small one, started by the test, that really signs."""

from __future__ import annotations

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from django.core.exceptions import ImproperlyConfigured
from django.urls import reverse

from accounts.models import User
from dla_ingenierie import oidc
from tests.accounts.small_provider import CLIENT, come_back, leave, small_provider
from tests.factories import PASSWORD, member

LOGIN, LEAVE, BACK = "account_login", "openid_connect_login", "openid_connect_callback"


@pytest.fixture
def person(db):
    return member(email="camille@example.org")


@pytest.fixture
def provider(settings):
    with small_provider() as provider:
        settings.SOCIALACCOUNT_PROVIDERS = provider.settings
        yield provider


def signed_in(client) -> str:
    return client.session.get("_auth_user_id", "")


def refused(client, answer, title: str, status: int) -> str:
    """The page says ``title``, shows the way back, and nothing was opened; returns the page."""
    page = answer.content.decode()
    assert answer.status_code == status
    assert f"<h1>{title}</h1>" in page
    assert f'href="{reverse(LOGIN)}"' in page
    assert not signed_in(client)
    assert not SocialAccount.objects.exists()
    return page


# --- Who gets in ----------------------------------------------------------------------------------------------------


def test_a_verified_address_opens_the_account_that_has_it_and_goes_where_one_was_going(client, person, provider):
    wanted = reverse("accounts:organisations")
    page = client.get(reverse(LOGIN), {"next": wanted}).content.decode()
    assert "Se connecter avec Mon réseau" in page
    assert page.count(f'name="next" value="{wanted}"') == 2
    provider.email = "Camille@Example.org"
    answer = come_back(client, provider, next=wanted)
    assert (answer.status_code, answer["Location"]) == (302, wanted)
    assert signed_in(client) == str(person.pk)
    assert client.get(wanted).status_code == 200


def test_once_linked_it_is_the_person_that_counts_and_no_longer_the_address(client, person, provider):
    come_back(client, provider)
    client.post(reverse("account_logout"))
    provider.email, provider.verified = "autre@example.org", False
    come_back(client, provider)
    assert signed_in(client) == str(person.pk)
    link = SocialAccount.objects.get()
    assert provider.sub not in link.uid, "une empreinte"
    assert set(link.extra_data["userinfo"]) == {"uid", "email", "email_verified"}
    assert not SocialToken.objects.exists()
    assert list(EmailAddress.objects.filter(user=person).values_list("email", flat=True)) == [person.email]


def test_the_password_still_serves(client, person, provider):
    come_back(client, provider)
    client.post(reverse("account_logout"))
    client.post(reverse(LOGIN), {"login": person.email, "password": PASSWORD})
    assert signed_in(client) == str(person.pk)


def test_the_second_factor_is_still_asked(client, person, provider):
    Authenticator.objects.create(user=person, type=Authenticator.Type.TOTP, data={"secret": "x"})
    answer = come_back(client, provider)
    assert answer["Location"] == reverse("mfa_authenticate")
    assert not signed_in(client)


def test_the_same_number_at_another_provider_is_somebody_else(client, person, provider, settings):
    come_back(client, provider)
    client.post(reverse("account_logout"))
    with small_provider() as other:
        settings.SOCIALACCOUNT_PROVIDERS = other.settings
        other.email = "autre@example.org"
        assert come_back(client, other).status_code == 403
    assert not signed_in(client)


def test_an_address_told_in_the_identity_token_suffices(client, person, provider):
    provider.claims = {"email": person.email, "email_verified": True}
    come_back(client, provider)
    assert signed_in(client)
    assert "/personne" not in provider.asked


# --- Who does not ---------------------------------------------------------------------------------------------------


def test_an_unknown_address_creates_nothing_and_is_told_what_to_do(client, person, provider):
    provider.email = "inconnue@example.org"
    page = refused(client, come_back(client, provider), "Aucun compte à cette adresse", 403)
    assert "inconnue@example.org" in page
    assert "vous inviter" in page
    assert User.objects.count() == 1


@pytest.mark.parametrize("said", [False, "false", None])
def test_an_address_that_is_not_verified_opens_nothing(client, person, provider, said):
    provider.verified = said
    page = refused(client, come_back(client, provider), "Adresse non vérifiée", 403)
    assert "Faites vérifier votre adresse" in page


def test_without_address_the_page_says_so(client, person, provider):
    provider.email = None
    assert "ne transmet pas d’adresse" in refused(client, come_back(client, provider), "Adresse non vérifiée", 403)


def test_a_deactivated_account_is_neither_opened_nor_linked(client, person, provider):
    User.objects.filter(pk=person.pk).update(is_active=False)
    assert come_back(client, provider)["Location"] == reverse("account_inactive")
    assert not signed_in(client)
    assert not SocialAccount.objects.exists()


def test_somebody_who_says_no_may_start_again(client, person, provider):
    state = leave(client).split("state=")[1].split("&")[0]
    answer = client.get(reverse(BACK), {"error": "access_denied", "state": state})
    assert refused(client, answer, "Connexion abandonnée", 200)


def test_a_wrong_state_is_refused(client, person, provider):
    back = provider.consent(leave(client))
    refused(client, client.get(back.replace("state=", "state=x")), "Cette tentative n’est plus valable", 400)
    assert "/jeton" not in provider.asked


def test_an_answer_serves_once_and_only_in_its_browser(client, person, provider):
    stranger = type(client)()
    back = provider.consent(leave(client))
    refused(stranger, stranger.get(back), "Cette tentative n’est plus valable", 400)
    client.get(back)
    assert signed_in(client)
    assert client.get(back).status_code == 400


@pytest.mark.parametrize(
    "wrong",
    [
        {"signed_by": "une autre"},
        {"algorithm": "HS256"},
        {"claims": {"aud": "autre"}},
        {"claims": {"aud": [CLIENT, "autre"], "azp": "autre"}},
        {"claims": {"iss": "https://ailleurs.example"}},
        {"claims": {"exp": 1_700_000_000}},
        {"userinfo": {"sub": "43", "email": "camille@example.org", "email_verified": True}},
        {"userinfo": ["camille@example.org"]},
    ],
    ids=["autre clé", "secret partagé", "autre destinataire", "autre application", "autre émetteur", "périmé",
         "autre personne", "ni objet"],
)  # fmt: skip
def test_an_identity_that_does_not_hold_is_refused(client, person, provider, wrong):
    vars(provider).update(wrong)
    page = refused(client, come_back(client, provider), "La réponse n’a pas pu être vérifiée", 502)
    assert "prévenez la personne qui exploite" in page


# --- A provider in trouble ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("broken", ["/cles", "/personne"])
def test_a_provider_that_stops_answering_on_the_way_is_told(client, person, provider, broken):
    provider.broken = {broken}
    assert refused(client, come_back(client, provider), "Le service de connexion ne répond pas", 502)


def test_a_provider_that_is_not_there_is_told_before_leaving(client, person, settings):
    with small_provider() as gone:
        settings.SOCIALACCOUNT_PROVIDERS = gone.settings
    page = refused(client, client.post(reverse(LEAVE)), "Le service de connexion ne répond pas", 502)
    assert "par mot de passe ou par code" in page
    assert client.get(reverse(LOGIN)).status_code == 200


@pytest.mark.parametrize("said", [{"issuer": "https://ailleurs.example"}, {"jwks_uri": None}])
def test_a_discovery_document_that_does_not_hold_is_refused(client, person, provider, said):
    provider.discovery = said
    assert refused(client, client.post(reverse(LEAVE)), "La réponse n’a pas pu être vérifiée", 502)


# --- What stays closed ----------------------------------------------------------------------------------------------


def test_without_settings_there_is_neither_button_nor_address(client, db):
    assert "Se connecter avec" not in client.get(reverse(LOGIN)).content.decode()
    assert client.post(reverse(LEAVE)).status_code == 404
    assert client.get(reverse(LEAVE)).status_code == 404
    assert client.get(reverse(BACK)).status_code == 404


def test_a_provider_written_in_the_database_opens_nothing(client, db):
    SocialApp.objects.create(provider="openid_connect", provider_id="oidc", name="Intrus", client_id="x")
    assert "Intrus" not in client.get(reverse(LOGIN)).content.decode()
    assert client.post(reverse(LEAVE)).status_code == 404


def test_a_link_does_not_start_the_way_out(client, db, provider):
    assert client.get(reverse(LEAVE))["Location"] == reverse(LOGIN)
    assert provider.asked == []


def test_what_the_browser_adds_changes_nothing_of_what_is_asked(client, person, provider):
    """Neither linking to the account of somebody signed in, nor another scope, nor another site."""
    url = f"{reverse(LEAVE)}?process=connect&scope=tout&auth_params=prompt%3Dnone"
    page = client.post(url, {"process": "connect", "next": "https://ailleurs.example/"}).content.decode()
    assert "tout" not in page.split("scope=")[1].split('"')[0]
    assert "prompt" not in page
    [(state, *_)] = client.session["socialaccount_states"].values()
    assert state["process"] == "login"
    assert "next" not in state


def test_the_policy_of_the_pages_stays_ours_alone(client, person, provider):
    answer = client.post(reverse(LEAVE))
    assert "form-action 'self'" in answer["Content-Security-Policy"]
    assert "no-store" in answer["Cache-Control"]


def test_settings_are_given_together_and_over_https():
    assert oidc.providers("", "", "") == {}
    with pytest.raises(ImproperlyConfigured, match="ensemble"):
        oidc.providers("https://sso.example", "dla", "")
    with pytest.raises(ImproperlyConfigured, match="https"):
        oidc.providers("http://sso.example", "dla", "x")
    [app] = oidc.providers("https://sso.example/.well-known/openid-configuration", "dla", "x")["openid_connect"]["APPS"]
    assert app["settings"]["server_url"] == "https://sso.example"
    assert app["settings"]["oauth_pkce_enabled"]
    assert app["name"] == oidc.DEFAULT_LABEL
