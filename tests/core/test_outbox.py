"""Mail: owed in the business transaction, rendered when it is sent, escaped, gathered, tried again."""

from __future__ import annotations

import smtplib
from html.parser import HTMLParser

import pytest
from django.core import mail as django_mail
from django.db import transaction

from core import outbox
from core.actor import Actor
from core.errors import InvalidInput, NotAllowed, StaleState
from core.jobs import run_pending
from core.models import Job, JobState, JournalEntry, MailState, OutboxMail
from tests.factories import OrganisationFactory, UserFactory, member_actor

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("essai_templates"), pytest.mark.sqlite]
SYSTEM = Actor.system("essai")


def owe(**options) -> OutboxMail:
    context = options.pop("context", {"n": 7})
    to = options.pop("to", "camille@example.org")
    return outbox.queue_mail("essai/nouvelle", to=to, context=context, actor=SYSTEM, **options)


def refuse(monkeypatch, error: Exception) -> None:
    def send(self, fail_silently=False):
        raise error

    monkeypatch.setattr("django.core.mail.EmailMultiAlternatives.send", send)


def test_a_mail_is_undone_with_the_business_it_tells_of():
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        owe()
        _ = 1 / 0
    assert not OutboxMail.objects.exists()
    assert not Job.objects.exists()


def test_a_mail_is_sent_once_in_text_and_html_under_its_own_message_id():
    row = owe()
    run_pending()
    run_pending()
    (message,) = django_mail.outbox
    row.refresh_from_db()
    assert (row.state, row.sent_at is not None) == (MailState.ENVOYE, True)
    assert message.to == ["camille@example.org"]
    assert message.subject == "Nouvelle 7 de Camille"
    assert message.message()["Message-ID"] == row.message_id
    assert message.message()["Auto-Submitted"] == "auto-generated"
    assert "http://localhost:8000/essai/" in message.body
    html, kind = message.alternatives[0]
    assert kind == "text/html"
    assert '<html lang="fr">' in html
    assert 'href="http://localhost:8000/essai/"' in html
    assert "⟦" not in html + message.body + message.subject


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []

    def handle_starttag(self, tag, attrs) -> None:
        self.tags.append(tag)


def test_html_in_a_name_stays_a_name():
    name = "<img src=x onerror=alert(1)>\r\nBcc: autre@example.org & l’« équipe »"
    owe(context={"nom": name, "n": 1})
    run_pending()
    (message,) = django_mail.outbox
    html = message.alternatives[0][0]
    tags = _Tags()
    tags.feed(html)
    assert "img" not in tags.tags
    assert "&lt;img src=x onerror=alert(1)&gt;" in html
    assert "<img src=x onerror=alert(1)>" in message.body  # plain text is not HTML: nothing is mangled there
    assert "\n" not in message.subject
    assert message.message()["Bcc"] is None
    assert message.recipients() == ["camille@example.org"]


def test_a_mail_that_lost_its_object_is_not_sent():
    row = owe(context={"sans_objet": True})
    run_pending()
    row.refresh_from_db()
    assert row.state == MailState.SANS_OBJET
    assert django_mail.outbox == []


def test_only_ids_and_the_address_are_kept():
    organisation = OrganisationFactory()
    row = owe(scope=organisation, context={"organisation": organisation.pk})
    assert (row.scope_type, row.scope_id) == ("accounts.organisation", organisation.pk)
    assert row.context == {"organisation": organisation.pk}
    assert Job.objects.get().payload == {"mail": row.pk}


def test_the_same_key_owes_one_mail():
    assert owe(key="invitation:1:1") == owe(key="invitation:1:1")
    run_pending()
    assert len(django_mail.outbox) == 1


@pytest.mark.parametrize("address", ["", "camille", "camille@", "a@b.org\nBcc: c@d.org", "a@b.org, c@d.org"])
def test_a_wrong_address_is_refused_in_words(address):
    with pytest.raises(InvalidInput, match="pas valable"):
        owe(to=address)
    assert not OutboxMail.objects.exists()


def test_an_unknown_template_is_refused_at_once():
    with pytest.raises(LookupError):
        outbox.queue_mail("essai/inconnue", to="a@example.org", context={}, actor=SYSTEM)


def test_a_server_that_is_down_gets_the_mail_later(monkeypatch, clock_at):
    clock_at("2026-11-21 12:00")
    row = owe()
    with monkeypatch.context() as patch:
        refuse(patch, smtplib.SMTPServerDisconnected("en panne"))
        run_pending()
    row.refresh_from_db()
    assert (row.state, row.job.state, row.job.attempts) == (MailState.EN_ATTENTE, JobState.EN_ATTENTE, 1)
    clock_at("2026-11-21 12:01")
    run_pending()
    assert [message.message()["Message-ID"] for message in django_mail.outbox] == [row.message_id]


def test_a_server_down_for_hours_ends_as_a_failure_that_the_operator_relaunches(monkeypatch, clock_at):
    operator = Actor.for_user(UserFactory(administrator=True))
    row = owe()
    with monkeypatch.context() as patch:
        refuse(patch, ConnectionRefusedError())
        for day in range(1, 15):
            clock_at(f"2027-01-{day:02d} 12:00")
            run_pending()
    row.refresh_from_db()
    assert (row.state, row.error) == (MailState.ECHEC, "Erreur inattendue (ConnectionRefusedError).")
    with pytest.raises(NotAllowed):
        outbox.retry_mail(row, actor=member_actor())
    outbox.retry_mail(row, actor=operator)
    with pytest.raises(StaleState):
        outbox.retry_mail(row, actor=operator)
    run_pending()
    row.refresh_from_db()
    assert row.state == MailState.ENVOYE
    assert len(django_mail.outbox) == 1
    assert JournalEntry.objects.filter(verb="core.relance_courrier", object_id=row.pk).exists()


def test_an_address_refused_for_good_is_not_tried_again(monkeypatch):
    row = owe()
    refuse(monkeypatch, smtplib.SMTPRecipientsRefused({"camille@example.org": (550, b"inconnu")}))
    run_pending()
    row.refresh_from_db()
    assert (row.state, row.error) == (MailState.ECHEC, "Le serveur de courrier refuse cette adresse.")
    assert row.job.attempts == 1


def test_an_address_refused_for_now_is_tried_again(monkeypatch):
    row = owe()
    refuse(monkeypatch, smtplib.SMTPRecipientsRefused({"camille@example.org": (450, b"plus tard")}))
    run_pending()
    row.refresh_from_db()
    assert row.state == MailState.EN_ATTENTE


def test_mails_that_are_not_urgent_wait_and_leave_together():
    rows = [owe(context={"n": n}, urgent=False) for n in (1, 2)]
    gone = owe(context={"sans_objet": True}, urgent=False)
    alone = owe(to="alix@example.org", context={"n": 3}, urgent=False)
    run_pending()
    assert django_mail.outbox == []
    assert outbox.gather_digests() == 2
    assert outbox.gather_digests() == 0
    run_pending()
    by_address = {message.to[0]: message for message in django_mail.outbox}
    assert len(django_mail.outbox) == 2
    digest = by_address["camille@example.org"]
    assert digest.subject == "Votre récapitulatif du jour : 2\u00a0nouvelles"
    assert "Nouvelle 1 de Camille" in digest.body
    assert "Nouvelle 2 de Camille" in digest.alternatives[0][0]
    assert "⟦" not in digest.body + digest.alternatives[0][0]
    assert by_address["alix@example.org"].subject == "Nouvelle 3 de Camille"
    states = dict(OutboxMail.objects.values_list("pk", "state"))
    assert [states[row.pk] for row in (*rows, alone)] == [MailState.ENVOYE] * 3
    assert states[gone.pk] == MailState.SANS_OBJET


def test_a_digest_whose_every_mail_lost_its_object_is_not_sent():
    for _ in range(2):
        owe(context={"sans_objet": True}, urgent=False)
    outbox.gather_digests()
    run_pending()
    assert django_mail.outbox == []
    assert set(OutboxMail.objects.values_list("state", flat=True)) == {MailState.SANS_OBJET}
