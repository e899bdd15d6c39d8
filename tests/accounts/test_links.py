"""Personal links: one purpose, one object, one recipient; what they open, until when, and what they never do."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

import pytest
from django.core.signing import Signer
from django.urls import reverse

from accounts import services
from accounts.links import LINK_PURPOSES, LinkPurpose
from accounts.models import Grant
from accounts.services.links import LinkClosed
from accounts.services.sent_links import RESEND_AFTER
from core import clock, outbox
from core.actor import Actor
from core.errors import InvalidInput, NotAllowed, StaleState
from core.journal import entries_for
from core.models import JournalEntry, OutboxMail
from engagement.partenaires.models import ReponsePartenaire
from engagement.partenaires.services import QUESTIONNAIRE, add_partenaire, remove_partenaire, save_answer
from projects.cycle.services import perform_action
from tests.factories import OrganisationFactory, PartenaireFactory, actor_of, engaged, member
from tests.strict import StrictClient

pytestmark = pytest.mark.django_db

YES = dict.fromkeys(("problematique_partagee", "complementaire", "interet"), "oui")
SEND = {**YES, "version": "0", "action": "envoyer"}


@pytest.fixture
def world(clock_at, db):
    """A DLA, its ingénierie with two partners, a neighbour; ``grant`` is the link of the first partner's contact."""
    clock_at("2026-11-21 10:00")
    organisation = OrganisationFactory(name="DLA Touraine")
    issuer, other = member(organisation, first_name="Alix", last_name="Envoi"), member(organisation, "responsable")
    ingenierie = engaged(organisation, titre="Mutualiser la paie")
    actor = actor_of(issuer)
    rows = [
        add_partenaire(ingenierie, PartenaireFactory(organisation=organisation, name=name), actor=actor)
        for name in ("Fédération", "Département")
    ]
    grant = services.send_link(QUESTIONNAIRE, rows[0], name="Noa Contact", email=" Noa@Example.org ", actor=actor)
    return SimpleNamespace(
        issuer=issuer, other=other, actor=actor, ingenierie=ingenierie, rows=rows, grant=grant,
        neighbour=member(OrganisationFactory(name="DLA Voisin")),
    )  # fmt: skip


def url(grant: Grant) -> str:
    grant.refresh_from_db()
    return reverse("lien", args=[services.link_token(grant)])


def holder(grant: Grant) -> Actor:
    token = services.link_token(grant)
    return services.open_link(services.read_link(token), token).actor


def text(answer) -> str:
    return answer.content.decode().replace("\xa0", " ")


def later(clock_at, grant: Grant, more: dt.timedelta = RESEND_AFTER) -> None:
    clock_at(grant.sent_at + more)


# --- Sending --------------------------------------------------------------------------------------------------------


def test_a_link_is_sent_from_the_page_of_its_object_once_read_what_the_person_will_see(world, client_for):
    world.rows[1].partenaire.contact_name = "Sam Élu"
    world.rows[1].partenaire.contact_email = "sam@example.org"
    world.rows[1].partenaire.save()
    client = client_for(world.issuer)
    page = reverse("accounts:lien_envoyer", args=[QUESTIONNAIRE, world.rows[1].pk])
    shown = text(client.get(page))
    assert "sam@example.org" in shown and "DLA Touraine prépare une action collective" in shown
    assert "sa problématique" in shown and "dix minutes" in shown and "jusqu’au 21 décembre 2026" in shown
    answer = client.post(page, {"name": "Sam Élu", "email": "sam@example.org"})
    assert answer["Location"] == reverse("engagement:partenaire", args=[world.ingenierie.pk, world.rows[1].pk])
    listed = text(client.get(answer["Location"]))
    assert "Sam Élu" in listed and "en attente de réponse" in listed and "pas encore ouvert" in listed


def test_the_mail_says_who_asks_why_how_long_and_until_when(world):
    queued = OutboxMail.objects.get(template="accounts/lien")
    assert queued.to == "noa@example.org"
    context = outbox.compose(queued)
    subject, body, html = outbox.render(queued.template, context)
    assert subject == "Votre regard sur « Mutualiser la paie »"
    for said in (
        url(world.grant),
        "Noa Contact",
        "DLA Touraine",
        "dix minutes",
        "21\xa0décembre\xa02026",
        "Alix Envoi",
    ):
        assert said in body and said in html
    assert context["reply_to"] == world.issuer.email


def test_sending_is_told_in_the_journal_of_the_dossier_without_naming_the_person(world):
    entry = entries_for(world.ingenierie).filter(verb="lien.envoye").get()
    assert entry.object_label == "Questionnaire du partenaire · Fédération"
    assert entry.changes["recipient_email"] is None
    assert "noa" not in str(entry.changes).lower()


def test_one_person_has_one_link_for_one_thing(world, client_for):
    with pytest.raises(InvalidInput, match="déjà été envoyé"):
        services.send_link(QUESTIONNAIRE, world.rows[0], name="N.", email="NOA@example.org", actor=world.actor)
    answer = client_for(world.issuer).post(
        reverse("accounts:lien_envoyer", args=[QUESTIONNAIRE, world.rows[0].pk]),
        {"name": "Noa", "email": "noa@example.org"},
    )
    assert answer.status_code == 422 and "renvoyez-le" in text(answer)
    services.send_link(QUESTIONNAIRE, world.rows[1], name="Noa", email="noa@example.org", actor=world.actor)
    assert Grant.objects.count() == 2, "le même contact, pour un autre objet"


@pytest.mark.parametrize(("name", "email"), [("", "a@example.org"), ("A", "pas une adresse"), ("A", "")])
def test_a_wrong_recipient_is_refused_by_page_and_service(world, client_for, name, email):
    page = reverse("accounts:lien_envoyer", args=[QUESTIONNAIRE, world.rows[1].pk])
    assert client_for(world.issuer).post(page, {"name": name, "email": email}).status_code == 422
    with pytest.raises(InvalidInput):
        services.send_link(QUESTIONNAIRE, world.rows[1], name=name, email=email, actor=world.actor)


def test_who_may_not_write_in_the_dossier_sends_resends_and_revokes_nothing(world):
    stranger = actor_of(world.neighbour)
    for call in (
        lambda: services.send_link(QUESTIONNAIRE, world.rows[1], name="A", email="a@example.org", actor=stranger),
        lambda: services.resend_link(world.grant, actor=stranger),
        lambda: services.renew_link(world.grant, actor=stranger),
        lambda: services.revoke_link(world.grant, actor=stranger),
        lambda: services.revoke_link(world.grant, actor=holder(world.grant)),
    ):
        with pytest.raises(NotAllowed):
            call()


def test_a_purpose_without_pages_is_neither_sent_from_there_nor_opened(world, client_for, client):
    bare = LinkPurpose(
        label="Essai", model="projects.ingenierie", subject=str, asks=str, duration="", thanks="", url=lambda o: "/",
        reads=lambda a, o: True, refusal=lambda a, o: None,
    )  # fmt: skip
    LINK_PURPOSES.register("essai", bare)
    try:
        grant = services.send_link("essai", world.ingenierie, name="A", email="a@example.org", actor=world.actor)
        assert client.get(url(grant)).status_code == 404
        page = reverse("accounts:lien_envoyer", args=["essai", world.ingenierie.pk])
        assert client_for(world.issuer).get(page).status_code == 404
    finally:
        LINK_PURPOSES._items.pop("essai")
    assert client.get(url(grant)).status_code == 404, "un usage disparu n’ouvre rien"


# --- Opening --------------------------------------------------------------------------------------------------------


def test_opening_writes_nothing_but_the_counter(world, client, clock_at):
    before = JournalEntry.objects.count(), OutboxMail.objects.count()
    assert client.get(url(world.grant)).status_code == 200
    assert client.head(url(world.grant)).status_code == 200
    clock_at("2026-11-22 09:00")
    assert client.get(url(world.grant)).status_code == 200
    grant = Grant.objects.get()
    assert (grant.opened_count, grant.used_at, grant.version) == (2, None, 1)
    assert (grant.first_opened_at.day, grant.last_opened_at.day) == (21, 22)
    assert not ReponsePartenaire.objects.exists()
    assert (JournalEntry.objects.count(), OutboxMail.objects.count()) == before


def test_the_page_has_no_menu_and_says_who_asks_and_why(world, client):
    page = text(client.get(url(world.grant)))
    assert "DLA Touraine prépare une action collective" in page and "dix minutes" in page
    assert "Navigation principale" not in page and 'href="/"' not in page


def test_somebody_signed_in_answers_as_the_holder_of_the_link(world, client_for):
    client_for(world.neighbour).post(url(world.grant), SEND)
    entry = entries_for(world.ingenierie).first()
    assert (entry.actor_kind, entry.actor_label, entry.actor_user_id) == ("link", "Noa Contact (par lien)", None)


@pytest.mark.parametrize("cut", [lambda t: t[:-1], lambda t: t.replace("-1:", "-2:"), lambda t: "9" + t, lambda t: "x"])
def test_a_token_cut_or_made_up_opens_nothing_and_says_so(world, client, cut):
    token = cut(services.link_token(world.grant))
    answer = client.get(reverse("lien", args=[token]))
    assert answer.status_code == 404 and "incomplète" in text(answer) and "paie" not in text(answer)
    assert client.post(reverse("lien", args=[token]), SEND).status_code == 404
    assert client.post(reverse("lien_demander", args=[token])).status_code == 302
    assert not OutboxMail.objects.filter(template="accounts/lien_demande").exists()


def test_a_signature_made_for_something_else_is_refused(world, client):
    token = Signer(salt="autre").sign(f"{world.grant.pk}-1")
    assert client.get(reverse("lien", args=[token])).status_code == 404


def test_the_link_of_one_object_does_not_answer_for_another(world):
    with pytest.raises(NotAllowed):
        save_answer(world.rows[1], YES, actor=holder(world.grant), expected_version=0, send=True)
    assert not ReponsePartenaire.objects.exists()


def test_the_link_of_another_purpose_does_not_answer(world):
    bare = LinkPurpose(
        label="Essai", model="engagement.partenaireprojet", subject=str, asks=str, duration="", thanks="",
        url=lambda o: "/", reads=lambda a, o: True, refusal=lambda a, o: None, pages={"": None},
    )  # fmt: skip
    LINK_PURPOSES.register("essai", bare)
    try:
        other = services.send_link("essai", world.rows[0], name="A", email="noa@example.org", actor=world.actor)
        with pytest.raises(NotAllowed):
            save_answer(world.rows[0], YES, actor=holder(other), expected_version=0, send=True)
    finally:
        LINK_PURPOSES._items.pop("essai")


def test_a_page_that_the_purpose_does_not_have_is_not_found(world, client):
    assert client.get(url(world.grant) + "dossier/").status_code == 404


def test_people_with_an_account_cannot_pass_for_a_link(world):
    for actor in (world.actor, Actor.system("essai"), Actor.anonymous()):
        with pytest.raises(NotAllowed):
            save_answer(world.rows[0], YES, actor=actor, expected_version=0, send=True)


# --- Closed ---------------------------------------------------------------------------------------------------------


def test_an_answered_link_thanks_and_answers_no_more(world, client):
    assert client.post(url(world.grant), SEND).status_code == 302
    page = client.get(url(world.grant))
    assert page.status_code == 200
    assert "Votre réponse a été reçue le 21 novembre 2026" in text(page) and "reviendra vers vous" in text(page)
    again = client.post(url(world.grant), {**SEND, "version": "1", "attentes": "Autre chose"})
    assert again.status_code == 410 and "Votre réponse a été reçue" in text(again)
    assert ReponsePartenaire.objects.get().attentes == ""


def test_an_expired_link_says_since_when(world, client, clock_at):
    token_url = url(world.grant)
    clock_at(world.grant.expires_at - dt.timedelta(seconds=1))
    assert client.get(token_url).status_code == 200
    clock_at(world.grant.expires_at)
    answer = client.get(token_url)
    assert answer.status_code == 410
    assert "a expiré le 21 décembre 2026" in text(answer) and "Demander un nouveau lien" in text(answer)
    assert client.post(token_url, SEND).status_code == 410
    assert not ReponsePartenaire.objects.exists()


def test_a_link_revoked_between_the_page_and_the_click_does_not_answer(world, client):
    actor = holder(world.grant)
    services.revoke_link(world.grant, actor=world.actor)
    with pytest.raises(LinkClosed):
        save_answer(world.rows[0], YES, actor=actor, expected_version=0, send=True)
    answer = client.get(url(world.grant))
    assert answer.status_code == 410
    assert "a été retiré le 21 novembre 2026 par DLA Touraine" in text(answer) and "paie" not in text(answer)


def test_a_replaced_link_is_dead_and_cannot_ask_for_another(world, client, clock_at):
    former, actor = url(world.grant), holder(world.grant)
    later(clock_at, world.grant)
    services.renew_link(world.grant, actor=world.actor)
    answer = client.get(former)
    assert answer.status_code == 410 and "Un lien plus récent" in text(answer)
    assert "DLA Touraine" not in text(answer) and "Demander" not in text(answer)
    assert client.post(former + "demander/").status_code == 302
    assert not OutboxMail.objects.filter(template="accounts/lien_demande").exists()
    with pytest.raises(LinkClosed):
        save_answer(world.rows[0], YES, actor=actor, expected_version=0, send=True)
    assert client.get(url(world.grant)).status_code == 200


def test_an_ingenierie_that_ended_expects_no_answer(world, client):
    perform_action(
        world.ingenierie, "abandonner", actor=world.actor, expected_state="engager", version=world.ingenierie.version,
        reason="Plus d’objet.",
    )  # fmt: skip
    answer = client.get(url(world.grant))
    assert answer.status_code == 410 and "terminée" in text(answer)
    assert client.post(url(world.grant), SEND).status_code == 410
    services.revoke_link(world.grant, actor=world.actor)


def test_the_link_of_a_partner_that_was_taken_out_says_so(world, client):
    remove_partenaire(world.rows[0], actor=world.actor)
    answer = client.get(url(world.grant))
    assert answer.status_code == 410 and "n’existe plus" in text(answer)
    assert client.post(url(world.grant) + "demander/").status_code == 302, "rien à demander"


# --- Again ----------------------------------------------------------------------------------------------------------


def test_a_reminder_carries_the_same_link_and_gives_more_time(world, client_for, clock_at):
    former = url(world.grant)
    later(clock_at, world.grant, dt.timedelta(days=40))
    client = client_for(world.issuer)
    assert client.post(reverse("accounts:lien_renvoyer", args=[world.grant.pk]), {"version": "1"}).status_code == 302
    assert url(world.grant) == former
    assert world.grant.expires_at == clock.now() + dt.timedelta(days=30)
    queued = OutboxMail.objects.filter(template="accounts/lien").order_by("-pk").first()
    subject, body, _ = outbox.render(queued.template, outbox.compose(queued))
    assert subject.startswith("Rappel : ") and former in body
    assert StrictClient().get(former).status_code == 200


def test_a_double_click_on_resend_sends_once(world, client_for, clock_at):
    later(clock_at, world.grant)
    client = client_for(world.issuer)
    target = reverse("accounts:lien_renvoyer", args=[world.grant.pk])
    assert [client.post(target, {"version": "1"}).status_code for _ in range(2)] == [302, 422]
    assert OutboxMail.objects.filter(template="accounts/lien").count() == 2


def test_what_was_answered_or_revoked_is_not_resent_but_may_be_replaced(world, client, clock_at):
    client.post(url(world.grant), SEND)
    later(clock_at, world.grant)
    with pytest.raises(StaleState, match="rien n’est à relancer"):
        services.resend_link(world.grant, actor=world.actor)
    services.revoke_link(world.grant, actor=world.actor)
    with pytest.raises(StaleState, match="révoqué"):
        services.resend_link(world.grant, actor=world.actor)
    with pytest.raises(StaleState, match="déjà été révoqué"):
        services.revoke_link(world.grant, actor=world.actor)
    services.renew_link(world.grant, actor=world.actor)
    assert client.get(url(world.grant)).status_code == 200


def test_a_button_of_a_stale_page_does_nothing(world, client_for, clock_at):
    later(clock_at, world.grant)
    services.renew_link(world.grant, actor=world.actor)
    client = client_for(world.issuer)
    for name in ("lien_renvoyer", "lien_remplacer", "lien_revoquer"):
        assert client.post(reverse(f"accounts:{name}", args=[world.grant.pk]), {"version": "1"}).status_code == 409
        assert client.post(reverse(f"accounts:{name}", args=[world.grant.pk]), {"version": "x"}).status_code == 422


def test_asking_for_another_link_tells_who_sent_it_once_a_day_and_discloses_nothing(world, client, clock_at):
    target = url(world.grant)
    clock_at(world.grant.expires_at)
    answers = [client.post(target + "demander/") for _ in range(2)]
    assert [a.status_code for a in answers] == [200, 200]
    assert "transmise" in text(answers[0]) and "vingt-quatre heures" in text(answers[1])
    for answer in answers:
        assert world.issuer.email not in text(answer) and "Alix" not in text(answer) and "paie" not in text(answer)
    assert [m.to for m in OutboxMail.objects.filter(template="accounts/lien_demande")] == [world.issuer.email]
    assert "nouveau lien" in text(client.get(target))
    clock_at(world.grant.expires_at + dt.timedelta(days=1))
    client.post(target + "demander/")
    assert OutboxMail.objects.filter(template="accounts/lien_demande").count() == 2


def test_when_who_sent_it_left_the_responsables_are_told(world, client, clock_at):
    services.end_membership(world.issuer.memberships.get(), actor=actor_of(world.other))
    target = url(world.grant)
    clock_at(world.grant.expires_at)
    client.post(target + "demander/")
    assert [m.to for m in OutboxMail.objects.filter(template="accounts/lien_demande")] == [world.other.email]


def test_a_link_that_still_serves_asks_for_nothing(world, client):
    assert client.post(url(world.grant) + "demander/")["Location"] == url(world.grant)
    assert client.get(url(world.grant) + "demander/").status_code == 405
    assert not OutboxMail.objects.filter(template="accounts/lien_demande").exists()


# --- Around ---------------------------------------------------------------------------------------------------------


def test_answers_and_requests_are_slowed_down_even_from_several_addresses(world, settings):
    assert {"lien_inconnu", "lien_reponse", "lien_demande"} <= settings.ACCOUNT_RATE_LIMITS.keys()
    rates = {"lien_inconnu": "6/m/ip", "lien_reponse": "60/m/ip,3/m/key", "lien_demande": "2/h/ip"}
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, **rates}
    target = url(world.grant)
    for number in range(3):
        client = StrictClient(REMOTE_ADDR=f"192.0.2.{number}")
        assert client.post(target, {"version": "0", "action": "enregistrer"}).status_code != 429
    assert StrictClient(REMOTE_ADDR="198.51.100.7").post(target, SEND).status_code == 429
    client = StrictClient(REMOTE_ADDR="198.51.100.8")
    assert [client.get(reverse("lien", args=["x"])).status_code for _ in range(7)] == [404] * 6 + [429]
    assert [client.post(target + "demander/").status_code for _ in range(3)] == [302, 302, 429]


def test_the_administration_shows_links_and_changes_none(world, client_for):
    from tests.factories import UserFactory

    client = client_for(UserFactory(administrator=True))
    listed = client.get(reverse("admin:accounts_grant_changelist"))
    assert listed.status_code == 200 and "en attente de réponse" in text(listed)
    one = reverse("admin:accounts_grant_change", args=[world.grant.pk])
    page = client.get(one)
    assert (
        page.status_code == 200
        and "noa@example.org" in text(page)
        and services.link_token(world.grant) not in text(page)
    )
    assert client.post(one, {}).status_code == 403
    mine = {"_selected_action": [world.grant.pk], "action": "revoke"}
    refused = client.post(reverse("admin:accounts_grant_changelist"), mine, follow=True)
    assert f"{world.grant} : " in text(refused), "le refus est dit, avec le lien"
    world.grant.refresh_from_db()
    assert world.grant.revoked_at is None


def test_the_block_of_links_costs_the_same_for_one_and_for_thirty(world, client_for, count_queries):
    client = client_for(world.issuer)
    page = reverse("engagement:partenaire", args=[world.ingenierie.pk, world.rows[0].pk])
    client.get(page)
    one = count_queries(lambda: client.get(page))
    for n in range(29):
        services.send_link(QUESTIONNAIRE, world.rows[0], name="A", email=f"a{n}@example.org", actor=world.actor)
    assert count_queries(lambda: client.get(page)) == one


def test_a_mail_that_did_not_leave_shows_in_the_block(world, client_for):
    OutboxMail.objects.filter(template="accounts/lien").update(state="echec")
    page = reverse("engagement:partenaire", args=[world.ingenierie.pk, world.rows[0].pk])
    assert "le courrier n’est pas parti" in text(client_for(world.issuer).get(page))
