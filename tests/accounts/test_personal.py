"""The data of people: the file of all that is held, accounts that nobody uses any more."""

import json
import zipfile
from io import BytesIO

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.contrib.auth import authenticate
from django.core import mail
from django.db import models
from django.urls import reverse

from accounts import personal, services
from accounts.models import Grant, User
from accounts.services import erasure
from core.actor import Actor
from core.errors import ConditionsNotMet, NotAllowed
from core.models import GeneratedDocument, JournalEntry
from core.uploads.services import purge
from tests.factories import PASSWORD, OrganisationFactory, UserFactory, actor_of, member

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system("recette")


@pytest.fixture
def loner(clock_at):
    """Somebody who belongs to nothing, last seen on 20 November 2026."""
    clock_at("2026-11-20 09:00")
    user = UserFactory(first_name="Sol", last_name="Itaire", email="sol@example.org", phone="0102030405")
    return user


def read(content: bytes) -> dict:
    return json.loads(zipfile.ZipFile(BytesIO(content)).read("donnees.json"))


# --- The file -------------------------------------------------------------------------------------------------------


def test_every_field_that_holds_an_address_is_looked_at():
    known = set(personal.addressed())
    for model in apps.get_models():
        for f in model._meta.concrete_fields:
            if isinstance(f, models.EmailField) and model._meta.label not in ("accounts.User", "core.OutboxMail"):
                assert (model, f.name) in known
    assert len(known) > 5


def test_the_file_tells_the_account_its_belongings_and_what_was_done_of_it():
    organisation = OrganisationFactory(name="DLA Cité")
    user = member(organisation, "responsable", email="qui@example.org")
    services.invite(organisation, "autre@example.org", "lecture", actor=actor_of(user))
    content = personal.archive(personal.gather(user), about=str(user))
    parts = {part["titre"]: part["lignes"] for part in read(content)["rubriques"]}
    assert parts["Compte"][0]["adresse électronique"] == "qui@example.org"
    assert [row["organisation"] for row in parts["Appartenances à des organisations"]] == ["DLA Cité"]
    did = parts["Journal : ce que vous avez fait"]
    assert did and "autre@example.org" not in str(did)
    assert any(row["quoi"] == "lien personnel" for row in parts["Ce qui vous désigne"])
    assert user.password not in content.decode("latin-1")


def test_the_file_does_not_tell_what_others_say_beside():
    """A row that holds the address gives what speaks of the person, not the notes of who keeps it."""
    from tests.factories import StructureFactory

    user = UserFactory(email="contact@example.org")
    StructureFactory(contact_email="Contact@example.org", contact_name="C. Ontact", notes="Secret du DLA", name="Elle")
    (section,) = personal.mentions(user)
    assert any("C. Ontact" in str(row) for row in section.rows)
    assert "Secret du DLA" not in str(section.rows) and "Elle" not in str(section.rows)


def test_the_file_goes_after_some_days_and_is_its_persons_alone(client_for, clock_at, run_jobs):
    clock_at("2026-11-20 09:00")
    user = member()
    client = client_for(user)
    client.post(reverse("accounts:donnees"))
    run_jobs()
    kept = GeneratedDocument.objects.get()
    url = reverse("accounts:donnees_fichier", args=[kept.pk])
    answer = client.get(url)
    assert answer.status_code == 200 and answer["Content-Type"] == "application/zip"
    assert "attachment" in answer["Content-Disposition"]
    assert client_for(member()).get(url).status_code == 404
    # Not by the page of printed documents either.
    assert client.get(reverse("core:document", args=[kept.pk])).status_code == 404
    clock_at("2026-11-28 09:00")
    purge()
    assert client_for(user).get(url).status_code == 404


# --- Erasing one's account ------------------------------------------------------------------------------------------


def test_who_belongs_to_nothing_erases_her_account_herself(client_for, loner):
    client = client_for(loner)
    url = reverse("accounts:donnees")
    assert client.post(url, {"action": "effacer"}).status_code == 422
    assert client.post(url, {"action": "effacer", "confirme": "on"}).status_code == 302
    gone = User.objects.get(pk=loner.pk)
    assert (str(gone), gone.phone, gone.is_active) == ("Compte effacé", "", False)
    assert "sol" not in gone.email and not EmailAddress.objects.exists()
    assert authenticate(email="sol@example.org", password=PASSWORD) is None
    assert client.get(url).status_code == 302  # signed out
    assert "Sol" not in str(JournalEntry.objects.filter(verb="person.erased").values("object_label", "actor_label"))


def test_who_still_belongs_to_something_is_told_why_not(client_for):
    user = member()
    answer = client_for(user).post(reverse("accounts:donnees"), {"action": "effacer", "confirme": "on"})
    assert answer.status_code == 409 and "appartient encore" in answer.content.decode()
    user.refresh_from_db()
    assert user.efface_le is None


def test_nobody_erases_somebody_elses_account_nor_an_administrators(loner):
    with pytest.raises(NotAllowed):
        erasure.anonymise(loner, actor=actor_of(member()))
    boss = UserFactory(administrator=True)
    with pytest.raises(ConditionsNotMet):
        erasure.anonymise(boss, actor=actor_of(boss))


# --- Time -----------------------------------------------------------------------------------------------------------


def test_an_account_that_nobody_uses_is_warned_then_erased(loner, clock_at, run_jobs):
    clock_at("2029-10-19 08:00")
    assert (erasure.warn_accounts(), erasure.erase_accounts()) == (0, 0)
    clock_at("2029-10-20 08:00")
    assert erasure.warn_accounts(dry_run=True) == 1
    assert (erasure.warn_accounts(), erasure.warn_accounts()) == (1, 0)
    run_jobs()
    assert [m.to for m in mail.outbox] == [["sol@example.org"]] and "20\xa0novembre\xa02029" in mail.outbox[0].subject
    clock_at("2029-11-19 08:00")
    assert erasure.erase_accounts() == 0
    clock_at("2029-11-20 08:00")
    assert erasure.erase_accounts(dry_run=True) == 1 and User.objects.get().first_name == "Sol"
    assert (erasure.erase_accounts(), erasure.erase_accounts()) == (1, 0)
    assert str(User.objects.get()) == "Compte effacé"


def test_coming_back_after_the_warning_keeps_the_account(loner, client, clock_at):
    clock_at("2029-10-20 08:00")
    erasure.warn_accounts()
    clock_at("2029-10-25 08:00")
    client.force_login(loner, backend="accounts.backends.AuthenticationBackend")
    clock_at("2029-12-20 08:00")
    assert erasure.erase_accounts() == 0
    clock_at("2032-09-25 08:00")
    assert erasure.warn_accounts() == 1


def test_nobody_is_erased_without_a_month_of_warning(loner, clock_at):
    clock_at("2035-01-01 08:00")
    assert erasure.erase_accounts() == 0 and erasure.warn_accounts() == 1
    clock_at("2035-01-31 08:00")
    assert erasure.erase_accounts() == 0
    clock_at("2035-02-01 08:00")
    assert erasure.erase_accounts() == 1


def test_who_belongs_to_an_organisation_or_runs_the_site_is_never_erased(clock_at):
    clock_at("2026-11-20 09:00")
    user, boss = member(), UserFactory(administrator=True)
    clock_at("2040-01-01 08:00")
    assert erasure.warn_accounts() == 0
    membership = user.memberships.get()
    membership.ended_at = "2039-01-01T00:00:00Z"
    membership.save()
    assert erasure.warn_accounts() == 1
    boss.refresh_from_db()
    assert boss.prevenu_le is None


def test_invitations_forget_the_address_of_who_is_erased(loner):
    organisation = OrganisationFactory()
    services.invite(organisation, loner.email, "lecture", actor=actor_of(member(organisation, "responsable")))
    erasure.anonymise(loner, actor=SYSTEM)
    found = Grant.objects.get()
    assert "sol" not in found.recipient_email and found.revoked_at
