"""The structure reads its diagnostic by a personal link, validates it or asks for changes."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse

from accounts.models import Grant
from accounts.services import link_token, renew_link, revoke_link, send_link
from core import clock, journal
from core.actor import Actor
from core.errors import NotAllowed
from structures.diagnostics import services
from structures.diagnostics.models import Diagnostic, ReponseDiagnostic
from tests.factories import OrganisationFactory, StructureFactory, diagnostic_of, member, member_actor

pytestmark = pytest.mark.django_db


@pytest.fixture
def diagnostic():
    structure = StructureFactory(contact_name="Claude Recette", contact_email="claude@example.org")
    return diagnostic_of(structure, shared=True)


@pytest.fixture
def keeper(diagnostic):
    return member_actor(diagnostic.organisation)


@pytest.fixture
def grant(diagnostic, keeper):
    return send_link(services.LIEN, diagnostic, name="Claude Recette", email="claude@example.org", actor=keeper)


def url(grant):
    return reverse("lien", args=[link_token(Grant.objects.get(pk=grant.pk))])


def test_the_dla_sends_the_link_to_the_contact_it_knows(diagnostic, client_for):
    client = client_for(member(diagnostic.organisation))
    page = client.get(reverse("structures:diagnostic", args=[diagnostic.pk])).content.decode()
    send = reverse("accounts:lien_envoyer", args=[services.LIEN, diagnostic.pk])
    assert send in page
    assert 'value="claude@example.org"' in client.get(send).content.decode()
    neighbour = client_for(member(OrganisationFactory(region=diagnostic.organisation.region)))
    assert neighbour.get(send).status_code == 404


def test_the_structure_reads_what_was_shared_and_looking_writes_nothing(client, grant, diagnostic):
    page = client.get(url(grant)).content.decode()
    assert "Une équipe soudée." in page and "Un modèle économique fragile." in page
    assert "Se déconnecter" not in page and not ReponseDiagnostic.objects.exists()


def test_it_validates_with_its_name_and_the_date_and_the_link_closes(client, grant, diagnostic):
    answer = {"partage": "1", "reponse": "valide", "fonction": "Présidence", "commentaire_forces": "Aussi le lieu."}
    assert client.post(url(grant), answer).status_code == 302
    said = ReponseDiagnostic.objects.get()
    assert (said.nom, said.mode, said.commentaires) == ("Claude Recette", "lien", {"forces": "Aussi le lieu."})
    assert diagnostic.is_validated
    assert journal.entries_for(diagnostic).first().actor_label == "Claude Recette (par lien)"
    assert "Votre réponse a été reçue" in client.get(url(grant)).content.decode()
    client.post(url(grant), answer)
    assert ReponseDiagnostic.objects.count() == 1


def test_asking_for_changes_without_a_word_is_told_and_nothing_typed_is_lost(client, grant):
    answer = {"partage": "1", "reponse": "a_modifier", "fonction": "Trésorière"}
    page = client.post(url(grant), answer)
    assert page.status_code == 422
    text = page.content.decode()
    assert "Dites ce qui est à modifier" in text and 'value="Trésorière"' in text
    assert client.post(url(grant), {**answer, "commentaire_besoins": "Un autre."}).status_code == 302


def test_what_was_shared_again_meanwhile_is_not_answered_unread(client, grant, diagnostic, keeper):
    again = services.perform_action(
        diagnostic,
        "reprendre",
        actor=keeper,
        expected_state="partage",
        version=diagnostic.version,
        reason="Précisions.",
    )
    assert client.get(url(grant)).status_code == 410
    services.perform_action(again, "partager", actor=keeper, expected_state="brouillon", version=again.version)
    stale = client.post(url(grant), {"partage": "1", "reponse": "valide"})
    assert stale.status_code == 422 and "de nouveau" in stale.content.decode()
    assert not ReponseDiagnostic.objects.exists()


@pytest.mark.parametrize("what", ["revoked", "closed"])
def test_a_link_that_serves_no_more_says_why(client, grant, diagnostic, keeper, what):
    if what == "revoked":
        revoke_link(grant, actor=keeper)
    else:
        services.perform_action(
            diagnostic, "clore_sans_validation", actor=keeper, expected_state="partage", version=diagnostic.version,
            reason="Sans réponse.",
        )  # fmt: skip
    assert client.post(url(grant), {"partage": "1", "reponse": "valide"}).status_code == 410
    assert not ReponseDiagnostic.objects.exists()


def test_the_link_of_another_diagnostic_answers_nothing_here(grant, diagnostic):
    from accounts.services.links import holder

    other = diagnostic_of(diagnostic.structure, shared=True)
    with pytest.raises(NotAllowed):
        services.answer_by_link(other, {"reponse": "valide"}, actor=holder(grant), shared=1)
    with pytest.raises(NotAllowed):
        services.record_reponse(other, {"reponse": "valide", "nom": "X", "mode": "ecrit"}, actor=holder(grant))
    assert not Diagnostic.objects.visible_to(holder(grant)).exists()
    assert not Diagnostic.objects.visible_to(Actor.anonymous()).exists()


def test_a_new_link_replaces_the_former_which_says_so(client, grant, keeper):
    old = url(grant)
    with clock.replay(clock.now() + dt.timedelta(minutes=11)):
        renew_link(grant, actor=keeper)
    assert "plus récent" in client.get(old).content.decode()
