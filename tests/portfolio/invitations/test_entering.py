"""Entering: invited, by a known SIRET, or asking by oneself."""

import re

import pytest
from django.core import mail
from django.urls import reverse

from accounts.models import User
from partners.portfolio.invitations.models import InvitationPrestataire
from partners.portfolio.invitations.services import invitation_token, invite
from partners.portfolio.prestataire.models import Membre, Prestataire
from tests.factories import (
    OrganisationFactory,
    RegionFactory,
    UserFactory,
    actor_of,
    member,
    prestataire_of,
    siret_of,
)
from tests.strict import StrictClient

pytestmark = pytest.mark.django_db


@pytest.fixture
def user():
    return UserFactory(first_name="Claude", last_name="Consultant")


@pytest.fixture
def prestataire(user):
    return prestataire_of(user, name="Cabinet Test")


def page(name, *args):
    return reverse(f"portfolio:{name}", args=args)


def text(response) -> str:
    return response.content.decode()


def test_an_invited_consultant_opens_an_account_and_a_prestataire(client_for, client, run_jobs):
    dla = member(OrganisationFactory(name="DLA Invitant"))
    answer = client_for(dla).post(page("invitations"), {"email": "Consultant@Example.org", "message": "<b>Venez</b>"})
    assert answer.status_code == 302
    run_jobs()
    letter = mail.outbox[0]
    assert letter.to == ["consultant@example.org"] and "&lt;b&gt;Venez" in letter.alternatives[0][0]
    path = re.search(r"/portefeuille/rejoindre/\S+", letter.body).group()
    assert client.get(path).status_code == 200 and not User.objects.filter(email="consultant@example.org").exists()
    welcome = client.post(path, {"first_name": "Nina", "last_name": "Neuve", "sign_in": "code", "password": ""})
    assert welcome["Location"] == page("nouveau")
    centre = RegionFactory(centre=True)
    data = {"siret": siret_of(77), "name": "Cabinet Neuf", "region": centre.pk, "kind": "cabinet"}
    assert client.post(page("nouveau"), {**data, "siret": "123"}).status_code == 422
    client.post(page("nouveau"), data)
    there = Prestataire.objects.get()
    assert Membre.objects.get().is_referent and there.name == "Cabinet Neuf"
    # The link has served: it says so, and a stranger's browser gets nothing from it.
    assert StrictClient().get(path).status_code == 410


def test_a_known_siret_asks_its_referent_who_answers(client_for, prestataire, user, run_jobs):
    newcomer = UserFactory(email="nouveau@example.org")
    client = client_for(newcomer)
    data = {"siret": prestataire.siret, "name": "Le même", "region": prestataire.region_id, "kind": "cabinet"}
    known = client.post(page("nouveau"), data)
    assert known.status_code == 409 and "Demander à le rejoindre" in text(known)
    # Nothing of the prestataire is shown to who only knows its number.
    assert "Cabinet Test" not in text(known)
    client.post(page("nouveau"), {**data, "rejoindre": "1"})
    assert client.get(page("espace_prestataire", prestataire.pk)).status_code == 404
    run_jobs()
    assert mail.outbox[0].to == [user.email]
    asked = Membre.objects.get(user=newcomer)
    client_for(user).post(page("membre", prestataire.pk, asked.pk), {"action": "accepter"})
    assert client.get(page("espace_prestataire", prestataire.pk)).status_code == 200


def test_asking_by_oneself_answers_the_same_for_every_address(client, run_jobs):
    UserFactory(email="connue@example.org")
    first = text(client.post(page("demande"), {"email": "connue@example.org"}))
    second = text(client.post(page("demande"), {"email": "inconnue@example.org"}))
    main = re.compile(r"<main.*</main>", re.S)
    assert main.search(first)[0].replace("connue@", "x@") == main.search(second)[0].replace("inconnue@", "x@")
    client.post(page("demande"), {"email": "connue@example.org"})  # too soon: not twice
    run_jobs()
    assert sorted(m.to[0] for m in mail.outbox) == ["connue@example.org", "inconnue@example.org"]


def test_a_dead_link_explains_itself_and_an_other_account_is_told(client, client_for, clock_at):
    clock_at("2026-11-01 10:00")
    dla = member()
    invite("quelquun@example.org", actor=actor_of(dla))
    invitation = InvitationPrestataire.objects.get()
    path = page("rejoindre", invitation_token(invitation))
    other = client_for(UserFactory())
    assert "n’est pas l’adresse" in text(other.get(path))
    assert other.post(path).status_code == 403
    clock_at("2026-11-20 10:00")
    assert "a expiré" in text(client.get(path))
    client_for(dla).post(page("invitation_action", invitation.pk), {"action": "renvoyer", "version": 1})
    assert "plus récent" in text(client.get(path))
    invitation.refresh_from_db()
    fresh = page("rejoindre", invitation_token(invitation))
    neighbour = client_for(member())
    assert neighbour.post(page("invitation_action", invitation.pk), {"version": 2}).status_code == 404
    client_for(dla).post(page("invitation_action", invitation.pk), {"action": "revoquer", "version": 2})
    assert "retirée" in text(client.get(fresh))
    assert client.get(page("rejoindre", "n-importe-quoi")).status_code == 404
