"""The administration: its door is the application's own, its changes go through the services."""

from __future__ import annotations

import datetime as dt

import pytest
from django.contrib import admin
from django.urls import reverse

from accounts.enums import Role
from accounts.models import Grant, Membership, Organisation, User
from core import clock, outbox
from core.models import JournalEntry, OutboxMail
from tests.factories import PASSWORD, MembershipFactory, OrganisationFactory, RegionFactory, UserFactory, member


@pytest.fixture
def administrator(db):
    return UserFactory(administrator=True)


@pytest.fixture
def office(client_for, administrator):
    return client_for(administrator)


def test_the_door_is_the_application_s_own(client, administrator):
    door = client.get(reverse("admin:index"), follow=True)
    assert door.redirect_chain[-1][0].startswith(reverse("account_login"))
    client.post(
        reverse("account_login"),
        {"login": administrator.email, "password": PASSWORD, "next": reverse("admin:index")},
    )
    assert client.get(reverse("admin:index")).status_code == 200


def test_the_second_factor_is_asked_for_at_that_door_too_when_there_is_one(client, administrator):
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    TOTP.activate(administrator, generate_totp_secret())
    answer = client.post(reverse("admin:login"), {"username": administrator.email, "password": PASSWORD})
    assert answer["Location"].startswith(reverse("account_login"))
    answer = client.post(reverse("account_login"), {"login": administrator.email, "password": PASSWORD})
    assert answer["Location"] == reverse("mfa_authenticate")
    assert client.get(reverse("admin:index")).status_code == 302


def test_a_member_does_not_enter(client_for, db):
    answer = client_for(member(role=Role.RESPONSABLE)).get(reverse("admin:index"), follow=True)
    assert answer.status_code == 403


def test_opening_an_account_sends_its_mail_and_asks_for_no_password(office):
    url = reverse("admin:accounts_user_add")
    assert office.get(url).status_code == 200
    answer = office.post(url, {"email": "Nouvelle@Example.org", "first_name": "N", "last_name": "E", "is_active": "on"})
    assert answer.status_code == 302
    person = User.objects.get(email="nouvelle@example.org")
    assert not person.has_usable_password()
    queued = OutboxMail.objects.get(template="accounts/compte_ouvert")
    assert queued.to == person.email
    _, body, _ = outbox.render(queued.template, outbox.compose(queued))
    assert reverse("account_request_login_code") in body
    again = office.post(url, {"email": "NOUVELLE@example.org", "is_active": "on"})
    assert again.status_code == 200
    assert "Cette adresse a déjà un compte." in again.content.decode()


def test_changing_an_account_is_journaled_and_a_new_address_must_be_confirmed(office):
    person = UserFactory()
    url = reverse("admin:accounts_user_change", args=[person.pk])
    data = {"email": "autre@example.org", "first_name": person.first_name, "last_name": person.last_name}
    assert office.post(url, data).status_code == 302
    person.refresh_from_db()
    assert (person.email, person.is_active) == ("autre@example.org", False)
    assert not person.emailaddress_set.exists()
    entry = JournalEntry.objects.get(verb="person.changed_by_admin")
    assert entry.changes == {"email": None, "is_active": [True, False]}


def test_an_organisation_is_opened_then_its_first_responsable_invited(office):
    region = RegionFactory(centre=True)
    departement = region.departements.first()
    data = {
        "kind": "dla",
        "name": "DLA du Cher",
        "region": region.pk,
        "departements": [departement.pk],
        "is_active": "on",
    }
    assert office.post(reverse("admin:accounts_organisation_add"), data).status_code == 302
    organisation = Organisation.objects.get(name="DLA du Cher")
    assert list(organisation.departements.all()) == [departement]
    assert JournalEntry.objects.filter(verb="organisation.created").count() == 1
    answer = office.post(
        reverse("admin:accounts_grant_add"),
        {"organisation": organisation.pk, "recipient_email": "r@example.org", "role": Role.RESPONSABLE},
    )
    assert answer.status_code == 302
    assert OutboxMail.objects.filter(template="accounts/invitation").count() == 1
    url = reverse("admin:accounts_organisation_change", args=[organisation.pk])
    assert office.post(url, data | {"departements": [], "name": "DLA 18"}).status_code == 302
    organisation.refresh_from_db()
    assert (organisation.name, organisation.departements.count(), organisation.version) == ("DLA 18", 0, 2)


def test_a_dla_without_region_is_refused_in_words(office):
    answer = office.post(reverse("admin:accounts_organisation_add"), {"kind": "dla", "name": "Sans région"})
    assert "Un DLA ou un C2RA a une région." in answer.content.decode()
    assert not Organisation.objects.filter(name="Sans région").exists()


def test_memberships_are_started_changed_and_ended_never_deleted(office):
    person, organisation = UserFactory(), OrganisationFactory()
    MembershipFactory(organisation=organisation, responsable=True)
    answer = office.post(
        reverse("admin:accounts_membership_add"),
        {"user": person.pk, "organisation": organisation.pk, "role": Role.LECTURE},
    )
    assert answer.status_code == 302
    membership = Membership.objects.get(user=person)
    office.post(reverse("admin:accounts_membership_change", args=[membership.pk]), {"role": Role.CHARGE_MISSION})
    membership.refresh_from_db()
    assert membership.role == Role.CHARGE_MISSION
    office.post(reverse("admin:accounts_membership_changelist"), {"action": "end", "_selected_action": [membership.pk]})
    membership.refresh_from_db()
    assert membership.ended_at
    verbs = set(JournalEntry.objects.values_list("verb", flat=True))
    assert verbs == {"membership.added", "membership.role", "membership.ended"}


def test_the_last_responsable_is_kept_in_the_administration_too(office):
    membership = MembershipFactory(responsable=True)
    answer = office.post(
        reverse("admin:accounts_membership_changelist"),
        {"action": "end", "_selected_action": [membership.pk]},
        follow=True,
    )
    assert "dernière personne responsable" in answer.content.decode()
    membership.refresh_from_db()
    assert membership.ended_at is None


def test_invitations_are_resent_and_revoked_from_the_list(office, administrator):
    organisation = OrganisationFactory()
    office.post(
        reverse("admin:accounts_grant_add"),
        {"organisation": organisation.pk, "recipient_email": "r@example.org", "role": Role.LECTURE},
    )
    Grant.objects.update(sent_at=clock.now() - dt.timedelta(hours=1))
    invitation = Grant.objects.get()
    url = reverse("admin:accounts_grant_changelist")
    office.post(url, {"action": "resend", "_selected_action": [invitation.pk]})
    invitation.refresh_from_db()
    assert invitation.sent_count == 2
    office.post(url, {"action": "revoke", "_selected_action": [invitation.pk]})
    invitation.refresh_from_db()
    assert invitation.revoked_at


def test_every_list_and_form_of_ours_opens(office, administrator):
    member()
    for model, site in admin.site._registry.items():
        if model._meta.app_label not in {"accounts", "core", "referentiels"}:
            continue
        name = f"{model._meta.app_label}_{model._meta.model_name}"
        assert (
            office.get(reverse(f"admin:{name}_changelist"), {"q": "a"} if site.search_fields else {}).status_code == 200
        )
        first = model._default_manager.first()
        if first is not None:
            assert office.get(reverse(f"admin:{name}_change", args=[first.pk])).status_code == 200


def test_the_journal_is_read_and_never_written(office, administrator):
    from accounts.services import open_account
    from tests.factories import actor_of

    open_account(User(email="x@example.org"), actor=actor_of(administrator))
    entry = JournalEntry.objects.get()
    url = reverse("admin:core_journalentry_change", args=[entry.pk])
    assert "a ouvert le compte de" in office.get(reverse("admin:core_journalentry_changelist")).content.decode()
    assert office.post(url, {"reason": "effacé"}).status_code == 403
    assert office.get(reverse("admin:core_journalentry_add")).status_code == 403
    assert office.post(reverse("admin:core_journalentry_delete", args=[entry.pk])).status_code == 403


def test_nothing_is_deleted_from_the_administration(office, administrator):
    person = member()
    for name, pk in (("user", person.pk), ("membership", person.active_membership_id)):
        assert office.post(reverse(f"admin:accounts_{name}_delete", args=[pk]), {"post": "yes"}).status_code == 403
