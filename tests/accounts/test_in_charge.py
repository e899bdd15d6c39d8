"""Who answers now: contacts, reply addresses and drafts follow the memberships; who takes over is told."""

from __future__ import annotations

import pytest
from django.core import mail
from django.urls import reverse

from accounts import services
from accounts.in_charge import in_charge, left_and_named, reply_address
from accounts.models import Passation
from consultations.cahier.services import create_cahier
from core.jobs import run_pending
from engagement.partenaires.services import QUESTIONNAIRE
from projects.ingenierie.services import update_identite
from tests.factories import (
    OrganisationFactory,
    StructureFactory,
    actor_of,
    engaged,
    fulfil_engager,
    ingenierie_of,
    member,
    plan_of,
)

pytestmark = pytest.mark.django_db


def text(answer) -> str:
    return answer.content.decode().replace("\xa0", " ")


@pytest.fixture
def leave(dla, membership, responsable):
    """The chargé de mission leaves; whatever she held goes to ``receiver`` when one is given."""

    def call(receiver=None):
        if receiver is None:
            dla.charge.memberships.update(ended_at="2026-11-01T00:00Z")
        else:
            services.hand_over(membership(dla.charge), membership(receiver), actor=responsable, end=True)

    return call


def test_who_left_is_neither_contact_nor_reply_address(dla, leave):
    other = OrganisationFactory(email="autre@example.org")
    assert in_charge(dla.charge, dla.organisation) == dla.charge
    leave()
    assert in_charge(dla.charge, dla.organisation) == dla.responsable
    assert reply_address(dla.charge, other) == "autre@example.org"
    assert reply_address(dla.charge, None) is None


def test_a_link_sent_before_one_left_is_answered_to_who_is_there(dla, leave):
    row = fulfil_engager(engaged(dla.organisation, charge_mission=dla.charge)).partenaires_projet.get()
    services.send_link(QUESTIONNAIRE, row, name="Noa", email="noa@example.org", actor=actor_of(dla.charge))
    leave()
    run_pending()
    (sent,) = [m for m in mail.outbox if m.to == ["noa@example.org"]]
    assert sent.reply_to == [dla.responsable.email]
    assert str(dla.charge) not in sent.body
    assert str(dla.responsable) in sent.body


def test_an_invitation_of_the_administration_is_answered_to_it(dla):
    operator = member(OrganisationFactory(), is_staff=True, is_superuser=True)
    services.invite(dla.organisation, "noa@example.org", "responsable", actor=actor_of(operator))
    run_pending()
    (sent,) = [m for m in mail.outbox if m.to == ["noa@example.org"]]
    assert sent.reply_to == [operator.email]


def test_a_draft_that_names_who_left_says_so(dla, leave, client_for):
    ingenierie = engaged(dla.organisation, charge_mission=dla.charge)
    create_cahier(ingenierie, actor_of(dla.charge))
    page = reverse("consultations:cahier", args=[ingenierie.pk])
    assert "n’est plus membre" not in text(client_for(dla.responsable).get(page))
    leave()
    shown = text(client_for(dla.responsable).get(page))
    assert f"nomme {dla.charge}, qui n’est plus membre" in shown
    assert "n’est plus là" in shown
    assert left_and_named("Rien de personnel", [dla.organisation]) == []


def test_who_takes_over_is_told_by_mail_and_on_the_home_page_until_she_saw_it(dla, leave, client_for):
    ingenierie = ingenierie_of(dla.organisation, titre="Mutualiser la paie", charge_mission=dla.charge)
    plan_of(StructureFactory(organisation=dla.organisation), actor=actor_of(dla.charge))
    colleague = member(dla.organisation)
    leave(colleague)
    run_pending()
    (sent,) = [m for m in mail.outbox if m.to == [colleague.email]]
    assert "Mutualiser la paie" in sent.body
    assert sent.reply_to == [dla.responsable.email]
    client = client_for(colleague)
    made = Passation.objects.get()
    url = reverse("accounts:passation", args=[made.pk])
    assert url in text(client.get(reverse("portal:accueil")))
    shown = text(client.get(url))
    assert reverse("projects:detail", args=[ingenierie.pk]) in shown
    assert f"{dla.charge} le suivait" in shown
    assert client_for(dla.responsable).get(url).status_code == 404
    assert client.post(url).status_code == 302
    assert url not in text(client.get(reverse("portal:accueil")))


def test_a_dossier_given_to_somebody_else_is_told_her_and_never_to_oneself(dla, responsable):
    ingenierie = ingenierie_of(dla.organisation, charge_mission=dla.charge)
    change = {"actor": responsable, "expected_version": None, "many_to_many": {}}
    update_identite(ingenierie, values={"charge_mission": dla.responsable}, **change)
    assert not Passation.objects.exists()
    ingenierie.refresh_from_db()
    update_identite(ingenierie, values={"charge_mission": dla.charge}, **change)
    assert Passation.objects.get().to_user == dla.charge


def test_a_pilot_that_nobody_carries_yet_is_told_to_its_responsables(dla, responsable, voisin):
    ingenierie = ingenierie_of(dla.organisation, charge_mission=dla.charge)
    pilote = voisin.memberships.get().organisation
    update_identite(
        ingenierie, values={"pilote": pilote, "charge_mission": None},
        actor=responsable, expected_version=None, many_to_many={},
    )  # fmt: skip
    assert Passation.objects.get().to_user == voisin
