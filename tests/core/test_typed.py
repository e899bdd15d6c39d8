"""What is typed and cannot be saved: kept for its author, and sent twice it counts once."""

from __future__ import annotations

import datetime as dt
import re
import threading
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.services import link_token, send_link, switch_organisation
from accounts.services.sent_links import renew_link, revoke_link
from core import clock
from core.models import FormulaireRecu
from core.sealing import unseal
from core.tasks import prune
from core.views import kept
from engagement.partenaires.services import QUESTIONNAIRE, add_partenaire
from engagement.reunions.models import Reunion
from structures.annuaire.models import Structure
from tests.factories import (
    DepartementFactory,
    MembershipFactory,
    OrganisationFactory,
    PartenaireFactory,
    SecteurFactory,
    actor_of,
    ingenierie_of,
    member,
)
from tests.marks import mark_in, mark_of
from tests.strict import StrictClient

pytestmark = pytest.mark.django_db
BACKEND = "accounts.backends.AuthenticationBackend"


@pytest.fixture
def user():
    return member()


@pytest.fixture
def client(client_for, user):
    return client_for(user)


@pytest.fixture
def new_page():
    return reverse("structures:nouvelle")


def text(answer) -> str:
    return answer.content.decode()


def typed(**more):
    return {"name": "Les Amis de la Loire", "notes": "Un long texte.", **more}


def end_session(client, user, page, data):
    """Post without a session, sign in again as ``user``; returns the page one lands on."""
    client.logout()
    sent = client.post(page, data)
    assert sent.status_code == 302
    client.force_login(user, backend=BACKEND)
    return client.get(parse_qs(urlsplit(sent["Location"]).query)["next"][0])


# --- Kept -----------------------------------------------------------------------------------------------------------


def test_what_is_kept_stays_until_it_is_saved(client, user, new_page):
    sent = typed(**mark_of(client, new_page))
    assert "Les Amis de la Loire" in text(end_session(client, user, new_page, sent))
    again = text(client.get(new_page))
    assert "Les Amis de la Loire" in again and "Ce n’est pas encore enregistré" in again
    secteur = SecteurFactory(sport=True)
    answer = client.post(
        new_page,
        typed(
            nature="structure",
            secteur=secteur.pk,
            departement=DepartementFactory(indre_et_loire=True).pk,
            **mark_in(again),
        ),
    )
    assert answer.status_code == 302
    assert "pas encore enregistré" not in text(client.get(new_page))


def test_what_is_kept_may_be_given_up(client, user, new_page):
    page = text(end_session(client, user, new_page, typed(**mark_of(client, new_page))))
    answer = client.post(reverse("core:typed_abandon"), {"retour": new_page, **mark_in(page)})
    assert answer["Location"] == new_page
    assert "Les Amis de la Loire" not in text(client.get(new_page))


def test_nothing_is_kept_without_the_mark_of_its_author_nor_with_a_forged_one(client, user, new_page):
    for mark in ({}, {"saisie": "x:y:z"}):
        assert "Les Amis" not in text(end_session(client, user, new_page, typed(**mark)))


def test_a_day_later_it_is_forgotten(client, user, new_page, time_machine):
    end_session(client, user, new_page, typed(**mark_of(client, new_page)))
    session = client.session
    session[kept._KEY] = {k: {**e, "at": e["at"] - 25 * 3600} for k, e in session[kept._KEY].items()}
    session.save()
    assert "Les Amis" not in text(client.get(new_page))


def test_too_long_a_text_is_not_kept_and_that_is_said(client, user, new_page):
    sent = typed(**mark_of(client, new_page)) | {"notes": "x " * kept.LIMIT}
    client.logout()
    answer = client.get(client.post(new_page, sent)["Location"])
    assert "trop long pour être gardé" in text(answer)


def test_neither_passwords_nor_files_are_kept(client, user, new_page):
    mark = mark_of(client, new_page)
    client.logout()
    client.post(new_page, typed(password="un secret bien gardé", mot_de_passe2="un autre secret", **mark))
    entry = next(iter(client.session[kept._KEY].values()))
    typed_then = unseal(entry["data"])["typed"]
    assert "secret" not in typed_then and "Amis" in typed_then


def test_what_waits_is_not_read_in_the_database(client, user, new_page):
    mark = mark_of(client, new_page)
    client.logout()
    client.post(new_page, typed(**mark))
    assert "Amis" not in str(client.session.items())
    assert "Amis" not in str(Session.objects.get(pk=client.session.session_key).get_decoded())


def test_where_passwords_are_typed_no_form_has_a_mark(client):
    assert 'name="saisie"' not in text(client.get(reverse("account_change_password"), follow=True))


def test_an_address_that_only_takes_what_is_posted_leads_back_to_the_page_of_its_form(client, user):
    dossier = ingenierie_of(user.active_membership.organisation)
    page = reverse("projects:demarche", args=[dossier.pk]) + "?etape=identifier"
    sent = {"phase": "x", "label": "Relire les statuts", **mark_of(client, page)}
    back = end_session(client, user, reverse("projects:item_add", args=[dossier.pk]), sent)
    assert back.request["PATH_INFO"] + "?" + back.request["QUERY_STRING"] == page
    assert "Relire les statuts" in text(back)


def test_opened_by_hand_it_says_that_there_is_nothing_to_read(client, user):
    dossier = ingenierie_of(user.active_membership.organisation)
    answer = client.get(reverse("projects:item_add", args=[dossier.pk]))
    assert answer.status_code == 405 and answer["Allow"] and "Cette adresse ne s’ouvre pas" in text(answer)


def test_signed_in_again_in_another_tab_the_first_one_finds_its_text_again(user, new_page):
    client = Client(enforce_csrf_checks=True)
    client.force_login(user, backend=BACKEND)
    sent = typed(**mark_of(client, new_page), csrfmiddlewaretoken="d’une autre session")
    answer = client.post(new_page, sent)
    assert answer.status_code == 403 and "Retrouver ma saisie" in text(answer) and new_page in text(answer)
    assert "Les Amis de la Loire" in text(client.get(new_page))


def test_what_another_site_sends_is_not_kept(user, new_page):
    client = Client(enforce_csrf_checks=True)
    client.force_login(user, backend=BACKEND)
    assert "Retrouver" not in text(client.post(new_page, typed()))
    assert "Les Amis" not in text(client.get(new_page))


# --- For another organisation ---------------------------------------------------------------------------------------


@pytest.fixture
def elsewhere(user):
    here = user.active_membership
    other = MembershipFactory(user=user, organisation=OrganisationFactory(name="DLA du Loiret"))
    switch_organisation(user, here)
    return other


def test_a_form_opened_for_one_organisation_is_not_saved_for_another(client, user, elsewhere, new_page):
    sent = typed(**mark_of(client, new_page))
    here = user.active_membership
    switch_organisation(user, elsewhere)
    answer = client.post(new_page, sent)
    assert answer.status_code == 409
    assert "Vous agissez maintenant pour DLA du Loiret" in text(answer)
    assert str(here.organisation) in text(answer)
    assert not Structure.objects.exists()
    # Back for the first one, by the button of the page: the text is there.
    back = client.post(
        reverse("accounts:switch", args=[here.organisation_id]), {"retour": new_page, **mark_in(text(answer))}
    )
    assert back["Location"] == new_page
    assert "Les Amis de la Loire" in text(client.get(new_page))


def test_by_htmx_the_page_itself_says_so(client, user, elsewhere, new_page):
    sent = typed(**mark_of(client, new_page))
    switch_organisation(user, elsewhere)
    answer = client.post(new_page, sent, headers={"HX-Request": "true"})
    assert answer.status_code == 409 and answer["HX-Redirect"] == new_page
    page = text(client.get(new_page))
    assert "Vous agissez maintenant pour DLA du Loiret" in page and "Les Amis de la Loire" in page


def test_changing_organisation_from_a_page_drawn_before_is_not_refused(client, user, elsewhere):
    mark = mark_of(client, reverse("accounts:organisations"))
    here = user.active_membership.organisation_id
    switch_organisation(user, elsewhere)
    assert client.post(reverse("accounts:switch", args=[here]), mark).status_code == 302


def test_a_form_opened_by_somebody_else_is_refused_and_shown_to_nobody(client, client_for, new_page):
    sent = typed(**mark_of(client_for(member()), new_page))
    answer = client.post(new_page, sent)
    assert answer.status_code == 409 and "Une autre personne est connectée" in text(answer)
    assert "Les Amis" not in text(answer) and "Les Amis" not in text(client.get(new_page))


# --- Once -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def meeting(client, user):
    dossier = ingenierie_of(user.active_membership.organisation)
    return reverse("engagement:reunion_nouvelle", args=[dossier.pk])


MEETING = {
    "nature": "copil",
    "objet": "Premier comité",
    "date": "2026-12-03",
    "heure_debut": "14:00",
    "heure_fin": "16:00",
    "fuseau": "Europe/Paris",
    "lieu": "Tours",
}


def test_a_form_sent_twice_creates_one_thing_and_leads_to_it(client, meeting):
    sent = {**MEETING, **mark_of(client, meeting)}
    first, second = client.post(meeting, sent), client.post(meeting, sent)
    assert first.status_code == second.status_code == 302, text(first)
    assert first["Location"] == second["Location"]
    assert Reunion.objects.count() == 1
    assert "n’a compté qu’une fois" in text(client.get(second["Location"]))
    # Another text from the same page, the same text from another page: those are wanted.
    client.post(meeting, sent | {"objet": "Second comité"})
    client.post(meeting, {**MEETING, **mark_of(client, meeting)})
    assert Reunion.objects.count() == 3


def test_what_was_refused_may_be_sent_again(client, meeting):
    sent = {**MEETING, **mark_of(client, meeting)}
    assert client.post(meeting, sent | {"objet": ""}).status_code == 422
    assert not FormulaireRecu.objects.exists()
    assert client.post(meeting, sent).status_code == 302


def test_a_week_later_the_keys_are_gone(client, meeting):
    client.post(meeting, {**MEETING, **mark_of(client, meeting)})
    assert prune()["formulaires"] == 0
    FormulaireRecu.objects.update(at=clock.now() - dt.timedelta(days=8))
    assert prune()["formulaires"] == 1


@pytest.mark.django_db(transaction=True)
def test_twelve_at_once_create_one(client, user, meeting):
    sent = {**MEETING, **mark_of(client, meeting)}
    cookies = client.cookies
    answers: list[int] = []

    def send() -> None:
        mine = Client()
        mine.cookies = cookies
        answers.append(mine.post(meeting, sent).status_code)
        connection.close()

    threads = [threading.Thread(target=send) for _ in range(6)]
    [t.start() for t in threads]
    [t.join() for t in threads]
    assert answers == [302] * 6
    assert Reunion.objects.count() == 1


# --- A personal link ------------------------------------------------------------------------------------------------


@pytest.fixture
def questionnaire(user):
    """A link to a partner's questionnaire: its address and the grant."""
    actor = actor_of(user)
    dossier = ingenierie_of(user.active_membership.organisation)
    row = add_partenaire(dossier, PartenaireFactory(), actor=actor)
    grant = send_link(QUESTIONNAIRE, row, email="partenaire@example.org", name="Une Partenaire", actor=actor)
    return reverse("lien", args=[link_token(grant)]), grant


def test_a_link_revoked_while_one_types_shows_the_text_and_the_next_gives_it_back(questionnaire, user, time_machine):
    address, grant = questionnaire
    visitor = StrictClient()
    page = text(visitor.get(address))
    field = re.search(r'<textarea name="(\w+)"', page).group(1)
    sent = {field: "Nous voulons mutualiser la paie.", **mark_in(page)}
    revoke_link(grant, actor=actor_of(user), expected_version=grant.version)
    closed = visitor.post(address, sent)
    assert closed.status_code == 410
    assert "Nous voulons mutualiser la paie." in text(closed) and "Ce n’est pas parti" in text(closed)
    # Somebody else who opens the dead link reads nothing of it.
    assert "mutualiser" not in text(StrictClient().get(address))
    grant.refresh_from_db()
    time_machine.shift(11 * 60)
    again = renew_link(grant, actor=actor_of(user), expected_version=grant.version)
    assert "Nous voulons mutualiser la paie." in text(visitor.get(reverse("lien", args=[link_token(again or grant)])))
