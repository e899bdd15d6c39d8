"""Entering the portfolio: invited by a DLA or a colleague, by a SIRET already known, or asking by oneself."""

import re

import pytest
from django.core import mail
from django.urls import reverse

from accounts.models import Grant, User
from accounts.services import link_token
from partners.portfolio.invitations.services import invite
from partners.portfolio.prestataire.models import Membre, Prestataire
from tests.factories import (
    OrganisationFactory,
    RegionFactory,
    UserFactory,
    actor_of,
    member,
    siret_of,
)
from tests.portfolio.pages import page, text
from tests.strict import StrictClient

pytestmark = pytest.mark.django_db


def test_an_invited_consultant_opens_an_account_and_a_prestataire(client_for, client, run_jobs):
    dla = member(OrganisationFactory(name="DLA Invitant"))
    answer = client_for(dla).post(page("invitations"), {"email": "Consultant@Example.org", "message": "<b>Venez</b>"})
    assert answer.status_code == 302
    run_jobs()
    letter = mail.outbox[0]
    assert letter.to == ["consultant@example.org"] and "&lt;b&gt;Venez" in letter.alternatives[0][0]
    path = re.search(r"/lien/\S+", letter.body).group()
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
    assert "a été acceptée" in text(StrictClient().get(path)) and StrictClient().post(path).status_code == 410


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
    invitation = invite("quelquun@example.org", actor=actor_of(dla))
    path = reverse("lien", args=[link_token(invitation)])
    other = client_for(UserFactory())
    assert "n’est pas l’adresse" in text(other.get(path))
    assert other.post(path).status_code == 403
    clock_at("2026-11-20 10:00")
    expired = text(client.get(path))
    assert "a expiré" in expired and page("demande") in expired
    neighbour = client_for(member())
    for name in ("lien_renvoyer", "lien_remplacer", "lien_revoquer"):
        assert neighbour.post(reverse(f"accounts:{name}", args=[invitation.pk]), {"version": 1}).status_code == 404
    mine = client_for(dla)
    shown = text(mine.get(page("invitations")))
    resend, revoke = (reverse(f"accounts:lien_{act}", args=[invitation.pk]) for act in ("renvoyer", "revoquer"))
    assert resend in shown and revoke in shown and "expirée" in shown
    assert mine.post(resend, {"version": 1})["Location"] == page("invitations")
    assert client.get(path).status_code == 200
    mine.post(revoke, {"version": 1})
    assert "a été retiré" in text(client.get(path))
    assert "révoquée" in text(mine.get(page("invitations")))


def test_who_asks_again_for_an_access_gets_the_same_link_and_a_new_one_once_it_served(client, clock_at):
    clock_at("2026-11-01 10:00")
    client.post(page("demande"), {"email": "seule@example.org"})
    grant = Grant.objects.get()
    path = reverse("lien", args=[link_token(grant)])
    clock_at("2026-11-20 10:00")
    assert client.get(path).status_code == 410
    client.post(page("demande"), {"email": "Seule@example.org"})
    assert "votre adresse est vérifiée" in text(client.get(path))
    assert client.post(reverse("lien_demander", args=[link_token(grant)])).status_code == 302
    client.post(path, {"first_name": "Nina", "last_name": "Neuve", "sign_in": "code", "password": ""})
    client.post(page("demande"), {"email": "seule@example.org"})
    grant.refresh_from_db()
    assert (Grant.objects.count(), grant.version, grant.sent_count) == (1, 2, 3)
    assert "plus récent" in text(client.get(path))


def test_a_colleague_is_invited_by_the_referent_and_joins(client_for, client, user, prestataire):
    client_for(user).post(page("equipe", prestataire.pk), {"email": "collegue@example.org"})
    assert "collegue@example.org" in text(client_for(user).get(page("equipe", prestataire.pk)))
    path = reverse("lien", args=[link_token(Grant.objects.get())])
    assert "pour tenir sa fiche avec vous" in text(client.get(path))
    person = {"first_name": "Nina", "last_name": "Neuve", "sign_in": "code", "password": ""}
    assert client.post(path, person)["Location"] == page("espace_prestataire", prestataire.pk)
    assert not Membre.objects.get(user__email="collegue@example.org").is_referent
