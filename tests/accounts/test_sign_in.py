"""Signing in: password, code, forgotten password, addresses to confirm, sessions that end."""

from __future__ import annotations

import re

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts.models import User
from core.jobs import run_pending
from core.models import MailState, OutboxMail
from tests.factories import PASSWORD, UserFactory, member

LOGIN = "account_login"


@pytest.fixture
def person(db):
    return member(email="camille@example.org")


def code_in(message) -> str:
    """The code of a mail: alone on its line."""
    return re.search(r"^([A-Z0-9]{3,}(?:-[A-Z0-9]+)*)$", message.body, re.MULTILINE)[1]


def letters() -> list:
    """The mails that have left, once the worker has passed."""
    run_pending()
    return mail.outbox


def signed_in(client) -> bool:
    return "_auth_user_id" in client.session


def test_one_signs_in_with_a_password_and_goes_where_one_was_going(client, person):
    wanted = reverse("accounts:organisations")
    assert client.get(wanted)["Location"] == f"{reverse(LOGIN)}?next={wanted}"
    page = client.get(reverse(LOGIN), {"next": wanted})
    assert "Se connecter" in page.content.decode()
    answer = client.post(reverse(LOGIN), {"login": "Camille@Example.org", "password": PASSWORD, "next": wanted})
    assert answer.status_code == 302
    assert answer["Location"] == wanted
    assert signed_in(client)


@pytest.mark.parametrize(
    "seen", ["camille@example.org\u200b", "\u200ecamille@example.org", "camille@exam\u00adple.org\ufeff"]
)
def test_what_nobody_sees_in_an_address_keeps_nobody_out(client, person, seen):
    client.post(reverse(LOGIN), {"login": seen, "password": PASSWORD})
    assert signed_in(client)
    client.post(reverse("account_logout"))
    client.post(reverse("account_request_login_code"), {"email": seen})
    client.post(reverse("account_reset_password"), {"email": seen})
    assert [message.to for message in letters()] == [[person.email]] * 2


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(client, person):
    wrong = client.post(reverse(LOGIN), {"login": person.email, "password": "pas le bon du tout"})
    unknown = client.post(reverse(LOGIN), {"login": "personne@example.org", "password": "pas le bon du tout"})
    sentence = "L’adresse électronique ou le mot de passe ne correspond pas."
    assert sentence in wrong.content.decode()
    assert sentence in unknown.content.decode()
    assert not signed_in(client)


def test_one_signs_in_with_a_code_sent_at_once(client, person):
    assert client.get(reverse("account_request_login_code")).status_code == 200
    answer = client.post(reverse("account_request_login_code"), {"email": person.email})
    assert answer["Location"] == reverse("account_confirm_login_code")
    assert "vient d’y être envoyé" in client.get(answer["Location"]).content.decode()
    [message] = letters()
    assert message.subject == "Votre code de connexion"
    assert message.to == [person.email]
    html = message.alternatives[0][0]
    assert code_in(message) in html
    answer = client.post(reverse("account_confirm_login_code"), {"code": code_in(message)})
    assert answer.status_code == 302
    assert signed_in(client)


def test_three_wrong_codes_end_the_attempt(client, person):
    client.post(reverse("account_request_login_code"), {"email": person.email})
    url = reverse("account_confirm_login_code")
    assert "Ce code n’est pas le bon" in client.post(url, {"code": "FAUX"}).content.decode()
    client.post(url, {"code": "FAUX"})
    client.post(url, {"code": "FAUX"})
    client.post(url, {"code": code_in(letters()[0])})
    assert not signed_in(client)


def test_an_unknown_address_is_answered_like_a_known_one_and_gets_no_mail(client, db):
    answer = client.post(reverse("account_request_login_code"), {"email": "inconnu@example.org"})
    assert answer["Location"] == reverse("account_confirm_login_code")
    assert client.get(answer["Location"]).status_code == 200
    assert letters() == []


def test_a_mail_server_that_fails_holds_nobody_and_the_mail_waits(client, person, settings):
    settings.EMAIL_BACKEND = "tests.accounts.broken_mail.Backend"
    answer = client.post(reverse("account_request_login_code"), {"email": person.email}, follow=True)
    assert answer.status_code == 200
    run_pending()
    assert OutboxMail.objects.get().state == MailState.EN_ATTENTE


@pytest.mark.parametrize("route", ["account_request_login_code", "account_reset_password"])
def test_the_same_is_done_for_an_address_that_nobody_has_and_nothing_leaves(client, person, route, count_queries):
    def asked(address: str) -> int:
        fresh = Client()
        return count_queries(lambda: fresh.post(reverse(route), {"email": address}))

    known, unknown = asked(person.email), asked("inconnu@example.org")
    assert abs(known - unknown) <= 1, (known, unknown)
    assert OutboxMail.objects.count() == 2
    assert not OutboxMail.objects.filter(to="inconnu@example.org").exists()
    assert [m.to for m in letters()] == [[person.email]]


def test_asked_again_too_the_same_is_done(client, person):
    for address, other in ((person.email, Client()), ("inconnu@example.org", Client())):
        other.post(reverse("account_request_login_code"), {"email": address})
        other.post(reverse("account_confirm_login_code"), {"action": "resend"})
    assert OutboxMail.objects.count() == 4
    assert [m.to for m in letters()] == [[person.email]] * 2


def test_a_code_waits_sealed_and_nothing_of_it_stays_once_it_has_left(client, person):
    client.post(reverse("account_request_login_code"), {"email": person.email})
    waiting = OutboxMail.objects.get()
    code = code_in(letters()[0])
    assert code not in str(waiting.context) and waiting.context["scelle"]
    waiting.refresh_from_db()
    assert waiting.state == MailState.ENVOYE and "scelle" not in waiting.context


def test_a_code_that_died_while_it_waited_does_not_leave(client, person, time_machine):
    client.post(reverse("account_request_login_code"), {"email": person.email})
    time_machine.shift(601)
    assert letters() == []
    assert OutboxMail.objects.get().state == MailState.SANS_OBJET


def test_tries_sent_together_are_counted_together(client, person):
    """Each finds the session as it was before the others: here it is put back."""
    client.post(reverse("account_request_login_code"), {"email": person.email})
    url, code = reverse("account_confirm_login_code"), code_in(letters()[0])
    before = dict(client.session)
    for _ in range(3):
        client.post(url, {"code": "FAUX"})
        session = client.session
        session.update(before)
        session.save()
    client.post(url, {"code": code})
    assert not signed_in(client)


def test_an_address_never_confirmed_is_confirmed_by_a_code(client, db):
    person = UserFactory(verified=False)
    answer = client.post(reverse(LOGIN), {"login": person.email, "password": PASSWORD})
    assert answer["Location"] == reverse("account_email_verification_sent")
    assert not signed_in(client)
    assert "Confirmer l’adresse" in client.get(answer["Location"]).content.decode()
    client.post(answer["Location"], {"code": code_in(letters()[0])})
    assert signed_in(client)
    assert EmailAddress.objects.get(user=person).verified


def test_a_forgotten_password_is_chosen_again_by_a_link_that_serves_once(client, person):
    client.get(reverse("account_reset_password"))
    answer = client.post(reverse("account_reset_password"), {"email": person.email}, follow=True)
    assert "vient de partir" in answer.content.decode()
    link = re.search(r"http://testserver(\S+)", letters()[0].body)[1]
    form = client.get(link, follow=True)
    assert "Choisir un mot de passe" in form.content.decode()
    chosen = "une autre phrase de passe"
    answer = client.post(form.request["PATH_INFO"], {"password1": chosen, "password2": chosen}, follow=True)
    assert "Mot de passe enregistré" in answer.content.decode()
    assert letters()[-1].subject == "Votre mot de passe a changé"
    again = client.get(link, follow=True)
    assert "Ce lien n’est plus valable" in again.content.decode()
    client.post(reverse(LOGIN), {"login": person.email, "password": chosen})
    assert signed_in(client)


def test_a_weak_password_is_refused_with_the_reason(client_for, person):
    client = client_for(person)
    assert client.get(reverse("account_change_password")).status_code == 200
    answer = client.post(
        reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": "court", "password2": "court"}
    )
    assert "12 caractères" in answer.content.decode().replace("\xa0", " ")


def test_somebody_without_password_may_choose_one(client_for, db):
    person = member()
    User.objects.filter(pk=person.pk).update(password="!inutilisable")
    person.refresh_from_db()
    client = client_for(person)
    assert "aucun : vous vous connectez par code" in client.get(reverse("accounts:profil")).content.decode()
    assert client.get(reverse("account_change_password"))["Location"] == reverse("account_set_password")
    assert client.get(reverse("account_set_password")).status_code == 200
    chosen = "une phrase de passe toute neuve"
    client.post(reverse("account_set_password"), {"password1": chosen, "password2": chosen})
    person.refresh_from_db()
    assert person.check_password(chosen)


def test_an_address_is_replaced_once_the_new_one_is_confirmed(client_for, person):
    client = client_for(person)
    assert client.get(reverse("account_email")).status_code == 200
    answer = client.post(reverse("account_email"), {"email": "nouvelle@example.org", "action_add": ""})
    person.refresh_from_db()
    assert person.email == "camille@example.org"
    message = next(m for m in letters() if m.to == ["nouvelle@example.org"])
    assert client.get(answer["Location"]).status_code == 200
    client.post(answer["Location"], {"code": code_in(message)})
    person.refresh_from_db()
    assert person.email == "nouvelle@example.org"
    assert list(EmailAddress.objects.filter(user=person).values_list("email", "verified")) == [
        ("nouvelle@example.org", True)
    ]


def test_nobody_opens_an_account_alone(client, db):
    page = client.get(reverse("account_signup"))
    assert "Les comptes s’ouvrent sur invitation" in page.content.decode()
    client.post(
        reverse("account_signup"), {"email": "intrus@example.org", "password1": PASSWORD, "password2": PASSWORD}
    )
    assert not User.objects.filter(email="intrus@example.org").exists()


def test_a_deactivated_account_does_not_get_in(client, person):
    User.objects.filter(pk=person.pk).update(is_active=False)
    answer = client.post(reverse(LOGIN), {"login": person.email, "password": PASSWORD}, follow=True)
    assert not signed_in(client)
    assert answer.status_code == 200


def test_a_person_deactivated_while_signed_in_loses_access_at_once(client_for, person):
    client = client_for(person)
    assert client.get(reverse("accounts:profil")).status_code == 200
    User.objects.filter(pk=person.pk).update(is_active=False)
    assert client.get(reverse("accounts:profil")).status_code == 302


def test_signing_out_asks_by_get_and_acts_by_post(client_for, person):
    client = client_for(person)
    assert "Voulez-vous fermer votre session" in client.get(reverse("account_logout")).content.decode()
    assert signed_in(client)
    client.post(reverse("account_logout"))
    assert not signed_in(client)


def test_an_expired_session_sends_htmx_to_the_sign_in_page_and_back(client, db):
    answer = client.get(
        reverse("accounts:organisations"),
        headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/ingenieries/?etape=engager&q=a b"},
    )
    assert answer.status_code == 401
    assert answer["HX-Redirect"] == f"{reverse(LOGIN)}?next=/ingenieries/%3Fetape%3Dengager%26q%3Da+b"


def test_one_is_never_sent_to_another_site_after_signing_in(client, person):
    answer = client.post(
        reverse(LOGIN), {"login": person.email, "password": PASSWORD, "next": "https://ailleurs.example/"}
    )
    assert answer["Location"] == "/"
