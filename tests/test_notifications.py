"""docs/notifications.md walked row by row: each mail leaves for whom it says, by the channel and in the time it says,
and not when it has lost its object."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core import mail
from django.template.loader import render_to_string
from django.test import override_settings
from django.urls import reverse

from accounts import services
from accounts.models import User
from core import clock, outbox
from core.actor import Actor
from core.jobs import DAILY, enqueue_daily, run_pending
from core.models import MailState, OutboxMail
from core.outbox import MAIL_CONTEXTS
from engagement import services as engagement
from engagement.models import ReponsePartenaire
from engagement.services import QUESTIONNAIRE, take_all
from partners.portfolio import services as portfolio
from partners.portfolio import tasks
from partners.portfolio.models import Membre, Publication
from projects.services import mutualisation
from tests.accounts.small_provider import come_back, small_provider
from tests.accounts.soft_key import SoftKey
from tests.accounts.test_passkeys import add
from tests.accounts.test_second_factor import activate, totp
from tests.accounts.test_sign_in import code_in
from tests.factories import (
    PASSWORD,
    OrganisationFactory,
    TypePrestationFactory,
    UserFactory,
    actor_of,
    engaged,
    fulfil_engager,
    member,
    member_actor,
    prestataire_of,
    published_prestataire,
    submitted_fiche,
)
from tests.strict import StrictClient

TEMPLATES = Path(settings.BASE_DIR) / "templates"
COLUMNS = ("evenement", "gabarit", "destinataire", "canal", "delai", "condition")
CHOSEN = "une autre phrase de passe"
OUTBOX, AT_ONCE = "boîte d’envoi", "sur-le-champ"


def tables() -> list[list[list[str]]]:
    """The tables of the page, as rows of cells, heads left out."""
    text = (Path(settings.BASE_DIR) / "docs" / "notifications.md").read_text("utf-8")
    found: list[list[list[str]]] = []
    lines = text.splitlines()
    for number, line in enumerate(lines):
        if line.startswith("|---"):
            rows = []
            for row in lines[number + 1 :]:
                if not row.startswith("|"):
                    break
                rows.append([cell.strip() for cell in row.strip("|").split("|")])
            found.append(rows)
    return found


SENT, UNUSED = tables()
ROWS = [SimpleNamespace(**dict(zip(COLUMNS, cells, strict=True))) for cells in SENT]
for _row in ROWS:
    _row.gabarit = _row.gabarit.strip("`")


# --- The page against the code --------------------------------------------------------------------------------------


def of_the_outbox() -> set[str]:
    """The mails that the apps declare; those that tests declare have no file in the house's templates."""
    return {code for code, _ in MAIL_CONTEXTS.items() if (TEMPLATES / "mail" / f"{code}.txt").is_file()}


def of_signing_in() -> set[str]:
    """The mails of allauth that the house words."""
    return {
        str(path.relative_to(TEMPLATES)).removesuffix("_message.txt")
        for folder in ("account", "mfa", "socialaccount")
        for path in (TEMPLATES / folder / "email").glob("*_message.txt")
        if not path.name.startswith("base_")
    }


def test_every_template_has_its_row_and_every_row_its_template():
    unused = {cells[0].strip("`") for cells in UNUSED}
    told = [row.gabarit for row in ROWS]
    assert len(told) == len(set(told))
    assert not unused & set(told)
    assert {*told, *unused} == of_the_outbox() | of_signing_in()
    assert {row.gabarit for row in ROWS if row.canal == OUTBOX} == of_the_outbox()


def test_every_mail_template_of_the_house_is_declared_by_an_app():
    files = {
        str(path.relative_to(TEMPLATES / "mail")).removesuffix(".subject.txt")
        for path in (TEMPLATES / "mail").rglob("*.subject.txt")
    }
    assert files == of_the_outbox()


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.gabarit)
def test_a_row_is_filled_and_its_template_has_a_subject_a_text_and_a_page(row):
    assert all(getattr(row, column) for column in COLUMNS)
    assert row.canal in {OUTBOX, AT_ONCE}
    assert row.delai in {"immédiat", "récapitulatif"}
    if row.canal == OUTBOX:
        names = [f"mail/{row.gabarit}{end}" for end in (".subject.txt", ".txt", ".html")]
    else:
        names = [f"{row.gabarit}{end}" for end in ("_subject.txt", "_message.txt", "_message.html")]
    assert [name for name in names if not (TEMPLATES / name).is_file()] == []


def test_the_digest_leaves_at_the_hour_that_is_told():
    assert DAILY.get("core.recapitulatif").hour == 7


# --- Each row, lived ------------------------------------------------------------------------------------------------


@dataclass
class Told:
    """What an event did: the addresses that must get the mail; ``lose`` takes its object away before it leaves."""

    to: set[str]
    lose: Callable[[], object] | None = None


@pytest.fixture
def world(db, clock_at, client, client_for):
    """A DLA with two responsables (``inviter`` and another), a guest, and ``person`` with a browser of her own."""
    clock_at("2026-11-21 10:00:05")
    organisation = OrganisationFactory(name="DLA Touraine")
    inviter, other = member(organisation, "responsable"), member(organisation, "responsable")
    person = member(organisation, email="camille@example.org")
    return SimpleNamespace(
        organisation=organisation,
        inviter=inviter,
        other=other,
        person=person,
        operator=actor_of(UserFactory(administrator=True)),
        client=client,
        browser=client_for(person),
        clock_at=clock_at,
    )


def _invite(world):
    return services.invite(world.organisation, "invitee@example.org", "charge_mission", actor=actor_of(world.inviter))


def invitation(world) -> Told:
    made = _invite(world)
    revoke = services.revoke_invitation
    return Told(
        {"invitee@example.org"}, lambda: revoke(made, actor=actor_of(world.inviter), expected_version=made.version)
    )


def renewal(world) -> Told:
    made = _invite(world)
    run_pending()
    world.clock_at(made.expires_at.isoformat())
    url = reverse("accounts:invitation_renewal", args=[services.invitation_token(made)])
    world.client.post(url)
    world.client.post(url)
    made.refresh_from_db()
    resend = services.resend_invitation
    return Told(
        {world.inviter.email}, lambda: resend(made, actor=actor_of(world.inviter), expected_version=made.version)
    )


def _link(world):
    row = fulfil_engager(engaged(world.organisation, charge_mission=world.inviter)).partenaires_projet.get()
    actor = actor_of(world.inviter)
    return services.send_link(QUESTIONNAIRE, row, name="Contact", email="contact@example.org", actor=actor)


def personal_link(world) -> Told:
    made = _link(world)
    return Told({"contact@example.org"}, lambda: services.revoke_link(made, actor=actor_of(world.inviter)))


def link_asked(world) -> Told:
    made = _link(world)
    run_pending()
    world.clock_at(made.expires_at.isoformat())
    for _ in range(2):
        world.client.post(reverse("lien_demander", args=[services.link_token(made)]))
    return Told({world.inviter.email}, lambda: services.resend_link(made, actor=actor_of(world.inviter)))


def partner_answered(world) -> Told:
    made = _link(world)
    run_pending()
    token = services.link_token(made)
    values = dict.fromkeys(("problematique_partagee", "complementaire", "interet"), "oui")
    answer = world.client.post(reverse("lien", args=[token]), {**values, "version": "0", "action": "envoyer"})
    assert answer.status_code == 302
    world.clock_at("2026-11-22 07:00")
    enqueue_daily()
    reponse = ReponsePartenaire.objects.get()
    row, actor = reponse.partenaire_projet, actor_of(world.inviter)
    return Told({world.inviter.email}, lambda: take_all(reponse, actor=actor, expected_version=row.version))


def opened(world) -> Told:
    user = services.open_account(User(email="neuve@example.org", first_name="Noa"), actor=world.operator)
    return Told({user.email}, lambda: User.objects.filter(pk=user.pk).update(is_active=False))


def pooling(world) -> Told:
    theme = TypePrestationFactory()
    others = OrganisationFactory(region=world.organisation.region)
    c2ra = member_actor(OrganisationFactory(c2ra=True, region=world.organisation.region))
    values = {"titre": "Paie", "message": "Ensemble.", "theme": theme, "secteur": None, "seuil": 2}
    made = mutualisation.propose(
        values | {"reponse_avant": dt.date(2026, 12, 20)}, [world.organisation.pk, others.pk], actor=c2ra
    )
    give_up = mutualisation.give_up
    return Told(
        {world.inviter.email, world.other.email},
        lambda: give_up(made, actor=c2ra, reason="Trop tôt.", expected_state="proposee", version=made.version),
    )


def digest(world) -> Told:
    users = [UserFactory(), UserFactory()]
    for user in users:
        context, actor = {"user": user.pk}, world.operator
        outbox.queue_mail("accounts/compte_ouvert", to="a@example.org", context=context, actor=actor, urgent=False)
    world.clock_at("2026-11-22 06:59")
    enqueue_daily()
    run_pending()
    assert mail.outbox == [], "pas avant 7 h"
    world.clock_at("2026-11-22 07:00")
    enqueue_daily()
    return Told({"a@example.org"}, lambda: User.objects.filter(pk__in=[u.pk for u in users]).update(is_active=False))


def login_code(world) -> Told:
    for browser, address in ((StrictClient(), "inconnue@example.org"), (world.client, world.person.email)):
        browser.post(reverse("account_request_login_code"), {"email": address})
    return Told({world.person.email})


def confirmation(world) -> Told:
    user = UserFactory(verified=False)
    world.client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    return Told({user.email})


def reset_key(world) -> Told:
    for address in ("inconnue@example.org", world.person.email):
        world.client.post(reverse("account_reset_password"), {"email": address})
    return Told({world.person.email})


def reset(world) -> Told:
    reset_key(world)
    link = re.search(r"http://testserver(\S+)", mail.outbox[-1].body)[1]
    form = world.client.get(link, follow=True).request["PATH_INFO"]
    mail.outbox.clear()
    world.client.post(form, {"password1": CHOSEN, "password2": CHOSEN})
    return Told({world.person.email})


def changed(world) -> Told:
    values = {"oldpassword": PASSWORD, "password1": CHOSEN, "password2": CHOSEN}
    world.browser.post(reverse("account_change_password"), values)
    return Told({world.person.email})


def password_set(world) -> Told:
    User.objects.filter(pk=world.person.pk).update(password="!inutilisable")
    world.person.refresh_from_db()
    world.browser.force_login(world.person, backend="accounts.backends.AuthenticationBackend")
    values = {"password1": CHOSEN, "password2": CHOSEN}
    world.browser.post(reverse("account_set_password"), values)
    return Told({world.person.email})


def address_changed(world) -> Told:
    former = world.person.email
    answer = world.browser.post(reverse("account_email"), {"email": "nouvelle@example.org", "action_add": ""})
    message = next(m for m in mail.outbox if m.to == ["nouvelle@example.org"])
    mail.outbox.clear()
    world.browser.post(answer["Location"], {"code": code_in(message)})
    return Told({former})


def activated(world) -> Told:
    activate(world.browser)
    return Told({world.person.email})


def deactivated(world) -> Told:
    secret = activate(world.browser)
    world.clock_at("2026-11-21 10:20:05")
    url = reverse("mfa_deactivate_totp")
    world.browser.get(url)
    world.browser.post(reverse("mfa_reauthenticate"), {"code": totp(secret), "next": url})
    mail.outbox.clear()
    world.browser.post(url)
    return Told({world.person.email})


def new_codes(world) -> Told:
    activate(world.browser)
    mail.outbox.clear()
    world.browser.post(reverse("mfa_generate_recovery_codes"))
    return Told({world.person.email})


def portfolio_invitation(world) -> Told:
    made = portfolio.invite("prestataire@example.org", actor=actor_of(world.inviter))
    return Told(
        {"prestataire@example.org"},
        lambda: portfolio.revoke(made, actor=actor_of(world.inviter), expected_version=made.version),
    )


def join_asked(world) -> Told:
    there = prestataire_of(world.person)
    asked = portfolio.ask_to_join(there, actor=actor_of(UserFactory()))
    return Told({world.person.email}, lambda: portfolio.answer_request(asked, True, actor=actor_of(world.person)))


def join_answered(world) -> Told:
    there, newcomer = prestataire_of(world.person), UserFactory(email="nouveau@example.org")
    asked = portfolio.ask_to_join(there, actor=actor_of(newcomer))
    portfolio.answer_request(asked, True, actor=actor_of(world.person))
    return Told({newcomer.email}, lambda: Membre.objects.filter(pk=asked.pk).delete())


def _fiche_sent(world):
    c2ra = OrganisationFactory(c2ra=True, region=world.organisation.region)
    reviewer = member(c2ra, email="c2ra@example.org")
    member(c2ra, "lecture")
    return submitted_fiche(prestataire_of(world.person)), actor_of(reviewer)


def _next_morning(world) -> None:
    world.clock_at("2026-11-22 07:30")
    enqueue_daily()


def fiche_sent(world) -> Told:
    fiche, _ = _fiche_sent(world)
    _next_morning(world)
    system = Actor.system("recette")
    return Told({"c2ra@example.org"}, lambda: portfolio.withdraw(fiche, actor=system, expected_state="soumise"))


def fiche_decided(world) -> Told:
    fiche, reviewer = _fiche_sent(world)
    portfolio.add_remark(fiche, "autres", "", "À préciser.", actor=reviewer)
    fiche = portfolio.send_back(fiche, actor=reviewer, expected_state="soumise")
    system = Actor.system("recette")
    return Told({world.person.email}, lambda: portfolio.submit(fiche, actor=system, expected_state="a_completer"))


def region_decided(world) -> Told:
    published_prestataire(world.person)
    run_pending()
    publication = Publication.objects.get()
    system = Actor.system("recette")
    done = portfolio.deactivate(publication, actor=system, reason="Plainte.", expected_state="publiee")
    _next_morning(world)
    return Told({world.person.email}, lambda: portfolio.reactivate(done, actor=system, expected_state="inactive"))


def fiche_to_update(world) -> Told:
    prestataire = published_prestataire(world.person)
    run_pending()
    world.clock_at("2027-10-21 07:30")
    Publication.objects.update(publiee_le="2026-11-21", a_actualiser_le="2027-11-21")
    tasks.remind()
    enqueue_daily()
    return Told(
        {world.person.email},
        lambda: Publication.objects.filter(prestataire=prestataire).update(a_actualiser_le="2028-10-21"),
    )


def session_cancelled(world) -> Told:
    actor = actor_of(world.inviter)
    day = {"debut": clock.now() + dt.timedelta(days=9), "lieu": "Ici"}
    seance = engagement.create_seance(world.organisation, day, actor=actor)
    values = {"nom": "Un nom", "organisme": "Un organisme", "email": "membre@example.org"}
    membre = engagement.add_membre_comite(seance, values, actor=actor)
    engagement.add_point(seance, engaged(world.organisation), actor=actor)
    seance = engagement.perform_seance_action(seance, "convoquer", actor=actor, expected_state="preparation")
    engagement.perform_seance_action(seance, "annuler", actor=actor, expected_state="convoquee", reason="Reportée")
    return Told({"membre@example.org"}, lambda: membre.delete())


def key_added(world) -> Told:
    add(world.browser, SoftKey())
    return Told({world.person.email})


def key_removed(world) -> Told:
    add(world.browser, SoftKey())
    mail.outbox.clear()
    key = Authenticator.objects.get(user=world.person, type=Authenticator.Type.WEBAUTHN)
    world.browser.post(reverse("mfa_remove_webauthn", args=[key.pk]))
    return Told({world.person.email})


def connected(world) -> Told:
    with small_provider() as provider, override_settings(SOCIALACCOUNT_PROVIDERS=provider.settings):
        provider.email = world.person.email
        come_back(StrictClient(), provider)
    return Told({world.person.email})


SCENARIOS: dict[str, Callable[[SimpleNamespace], Told]] = {
    "accounts/invitation": invitation,
    "accounts/invitation_renouvellement": renewal,
    "accounts/lien": personal_link,
    "accounts/lien_demande": link_asked,
    "engagement/reponse_partenaire": partner_answered,
    "engagement/seance_annulee": session_cancelled,
    "accounts/compte_ouvert": opened,
    "projects/mutualisation_proposee": pooling,
    "core/recapitulatif": digest,
    "portfolio/invitation": portfolio_invitation,
    "portfolio/demande": join_asked,
    "portfolio/reponse": join_answered,
    "portfolio/soumise": fiche_sent,
    "portfolio/decision": fiche_decided,
    "portfolio/region": region_decided,
    "portfolio/rappel": fiche_to_update,
    "account/email/login_code": login_code,
    "account/email/email_confirmation": confirmation,
    "account/email/password_reset_key": reset_key,
    "account/email/password_reset": reset,
    "account/email/password_changed": changed,
    "account/email/password_set": password_set,
    "account/email/email_changed": address_changed,
    "mfa/email/totp_activated": activated,
    "mfa/email/totp_deactivated": deactivated,
    "mfa/email/webauthn_added": key_added,
    "mfa/email/webauthn_removed": key_removed,
    "mfa/email/recovery_codes_generated": new_codes,
    "socialaccount/email/account_connected": connected,
}


def test_every_row_has_its_scenario():
    assert {row.gabarit for row in ROWS} == set(SCENARIOS)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("row", [r for r in ROWS if r.canal == AT_ONCE], ids=lambda row: row.gabarit)
def test_a_mail_of_signing_in_leaves_within_the_request_for_whom_it_says(row, world):
    told = SCENARIOS[row.gabarit](world)
    subject = " ".join(render_to_string(f"{row.gabarit}_subject.txt").split())
    sent = [message for message in mail.outbox if message.subject == subject]
    assert [message.to for message in sent] == [[address] for address in told.to]
    assert sent[0].alternatives, "texte et page"
    assert not OutboxMail.objects.exists(), "rien de secret n’entre dans la boîte d’envoi"


@pytest.mark.parametrize("row", [r for r in ROWS if r.canal == OUTBOX], ids=lambda row: row.gabarit)
def test_a_mail_of_the_outbox_leaves_for_whom_it_says(row, world):
    told = SCENARIOS[row.gabarit](world)
    mail.outbox.clear()
    owed = OutboxMail.objects.filter(template=row.gabarit)
    if row.delai == "immédiat":
        assert all(one.urgent and one.job.run_after <= one.created_at for one in owed.filter(state="en_attente"))
    run_pending()
    assert {one.to for one in owed} == told.to
    assert {one.state for one in owed} == {MailState.ENVOYE}
    assert sorted(message.to[0] for message in mail.outbox) == sorted(told.to)


@pytest.mark.parametrize("row", [r for r in ROWS if r.canal == OUTBOX], ids=lambda row: row.gabarit)
def test_a_mail_of_the_outbox_that_lost_its_object_does_not_leave(row, world):
    told = SCENARIOS[row.gabarit](world)
    mail.outbox.clear()
    told.lose()
    run_pending()
    states = set(OutboxMail.objects.filter(template=row.gabarit, to__in=told.to).values_list("state", flat=True))
    assert MailState.ENVOYE not in states
    assert [m for m in mail.outbox if m.to[0] in told.to and m.subject == _subject(row)] == []


def _subject(row) -> str:
    """The subject of the mail that must not leave."""
    values = {
        "organisation": "DLA Touraine", "items": [1, 2], "prestataire": "", "person": "", "accepted": True, "state": "",
        "region": "", "month": 11,
    }  # fmt: skip
    values = {"organisation": "DLA Touraine", "items": [1, 2], "about": "Votre regard", "label": "Questionnaire"}
    return render_to_string(f"mail/{row.gabarit}.subject.txt", values).strip()


def test_a_request_for_another_link_reaches_every_responsable_when_the_inviter_left(world):
    made = _invite(world)
    services.end_membership(world.inviter.memberships.get(), actor=actor_of(world.other))
    third = member(world.organisation, "responsable")
    world.clock_at((made.expires_at + dt.timedelta(days=1)).isoformat())
    world.client.post(reverse("accounts:invitation_renewal", args=[services.invitation_token(made)]))
    owed = OutboxMail.objects.filter(template="accounts/invitation_renouvellement")
    assert {one.to for one in owed} == {world.other.email, third.email}
