"""The structure reads its plan by a personal link, validates it or asks for changes; the DLA notes what it was told."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse

from accounts.models import Grant
from accounts.services import link_token, renew_link, revoke_link, send_link
from accounts.services.links import holder
from core import clock, journal
from core.errors import InvalidInput, NotAllowed
from projects.plans.links import due
from structures.plans import reponses, services
from structures.plans.models import PlanAccompagnement, ReponsePlan
from tests.factories import OrganisationFactory, StructureFactory, member, member_actor, plan_of

pytestmark = pytest.mark.django_db
VALID = {"actualisation": "1", "reponse": "valide", "fonction": "Présidence", "commentaire": ""}


@pytest.fixture
def plan():
    structure = StructureFactory(contact_name="Claude Recette", contact_email="claude@example.org")
    plan = plan_of(structure, lignes=[{"difficulte": "Une comptabilité en retard", "action": "Former un trésorier"}])
    services.actualise(plan, actor=member_actor(plan.organisation))
    return PlanAccompagnement.objects.get()


@pytest.fixture
def keeper(plan):
    return member_actor(plan.organisation)


@pytest.fixture
def grant(plan, keeper):
    return send_link(reponses.LIEN, plan, name="Claude Recette", email="claude@example.org", actor=keeper)


def url(grant):
    return reverse("lien", args=[link_token(Grant.objects.get(pk=grant.pk))])


def test_the_dla_sends_the_link_from_the_plan_once_it_is_settled(plan, client_for):
    client = client_for(member(plan.organisation))
    send = reverse("accounts:lien_envoyer", args=[reponses.LIEN, plan.pk])
    assert send in client.get(reverse("structures:plan", args=[plan.pk])).content.decode()
    assert 'value="claude@example.org"' in client.get(send).content.decode()
    fresh = plan_of(StructureFactory(organisation=plan.organisation))
    assert (
        "pas encore établi"
        in client.get(reverse("accounts:lien_envoyer", args=[reponses.LIEN, fresh.pk])).content.decode()
    )
    neighbour = client_for(member(OrganisationFactory(region=plan.organisation.region)))
    assert neighbour.get(send).status_code == 404


def test_the_mail_leaves_with_the_link(grant, sent_mails):
    (mail,) = sent_mails()
    assert mail.to == ["claude@example.org"] and "plan d’accompagnement" in mail.subject


def test_the_structure_reads_the_plan_as_it_was_actualised_and_validates_it(client, grant, plan, keeper):
    services.add_ligne(plan, {"difficulte": "Pas encore dit à la structure"}, actor=keeper)
    page = client.get(url(grant)).content.decode()
    assert "Une comptabilité en retard" in page and "Pas encore dit" not in page and "Se déconnecter" not in page
    assert not ReponsePlan.objects.exists()
    assert client.post(url(grant), VALID).status_code == 302
    said = ReponsePlan.objects.get()
    assert (said.nom, said.mode, said.fonction) == ("Claude Recette", "lien", "Présidence")
    assert plan.is_validated
    assert journal.entries_for(plan).first().actor_label == "Claude Recette (par lien)"
    assert "Votre réponse a été reçue" in client.get(url(grant)).content.decode()
    client.post(url(grant), VALID)
    assert ReponsePlan.objects.count() == 1


def test_changes_asked_for_are_said_and_wait_on_the_home_page_of_who_follows_it(client, grant, plan, keeper):
    asked = {**VALID, "reponse": "a_modifier", "fonction": "Trésorière"}
    page = client.post(url(grant), asked)
    assert page.status_code == 422
    text = page.content.decode()
    assert "Dites ce qui est à modifier" in text and 'value="Trésorière"' in text
    assert client.post(url(grant), {**asked, "commentaire": "La ligne 1 est faite."}).status_code == 302
    manager = member_actor(plan.organisation, "responsable")
    assert any("la structure demande des modifications" in todo.detail for todo in due(manager))
    services.add_ligne(plan, {"difficulte": "Une autre"}, actor=keeper)
    services.actualise(plan, actor=keeper, motif="Revu avec la structure.")
    assert not any("la structure demande" in todo.detail for todo in due(manager))


def test_what_was_actualised_meanwhile_is_not_answered_unread(client, grant, plan, keeper):
    services.add_ligne(plan, {"difficulte": "Une autre"}, actor=keeper)
    services.actualise(plan, actor=keeper, motif="Un nouveau besoin.")
    stale = client.post(url(grant), VALID)
    assert stale.status_code == 422 and "actualisé entre-temps" in stale.content.decode()
    assert not ReponsePlan.objects.exists()


@pytest.mark.parametrize("what", ["revoked", "closed"])
def test_a_link_that_serves_no_more_says_why(client, grant, plan, keeper, what):
    if what == "revoked":
        revoke_link(grant, actor=keeper)
    else:
        services.follow_ligne(plan.lignes.get(), "fait", actor=keeper)
        services.perform_action(plan, "clore", actor=keeper, expected_state="en_cours")
    assert client.get(url(grant)).status_code == 410
    assert client.post(url(grant), VALID).status_code == 410
    assert not ReponsePlan.objects.exists()


def test_the_link_of_another_plan_answers_nothing_here(grant, plan, keeper):
    other = plan_of(StructureFactory(organisation=plan.organisation))
    services.actualise(other, actor=keeper)
    with pytest.raises(NotAllowed):
        reponses.answer_by_link(other, {"reponse": "valide"}, actor=holder(grant), shown=1)
    with pytest.raises(NotAllowed):
        reponses.record_reponse(other, {"reponse": "valide", "nom": "X", "mode": "ecrit"}, actor=holder(grant))
    assert not PlanAccompagnement.objects.visible_to(holder(grant)).exists()


def test_a_new_link_replaces_the_former_which_says_so(client, grant, keeper):
    old = url(grant)
    with clock.replay(clock.now() + dt.timedelta(minutes=11)):
        renew_link(grant, actor=keeper)
    assert "plus récent" in client.get(old).content.decode()


def test_the_dla_notes_what_it_was_told(plan, client_for):
    page = reverse("structures:plan_reponse", args=[plan.pk])
    client = client_for(member(plan.organisation))
    told = {"reponse": "a_modifier", "nom": "Claude Recette", "mode": "telephone", "date": "2020-01-15"}
    refused = client.post(page, told)
    assert refused.status_code == 422 and "Dites ce qui est à modifier" in refused.content.decode()
    assert client.post(page, {**told, "commentaire": "L’échéance est trop proche."}).status_code == 302
    shown = client.get(reverse("structures:plan", args=[plan.pk])).content.decode()
    assert "L’échéance est trop proche." in shown and "Modifications demandées" in shown
    for stranger in (OrganisationFactory(region=plan.organisation.region), OrganisationFactory()):
        assert client_for(member(stranger)).get(page).status_code == 404


def test_a_plan_not_settled_has_no_answer(keeper, plan):
    fresh = plan_of(StructureFactory(organisation=plan.organisation))
    with pytest.raises(InvalidInput, match="pas encore établi"):
        reponses.record_reponse(fresh, {"reponse": "valide", "nom": "X", "mode": "ecrit"}, actor=keeper)
