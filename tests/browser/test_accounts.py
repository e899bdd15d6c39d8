"""Codes, second factor, invitations, members: the pages that need something to have happened first."""

from __future__ import annotations

import re
import time

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.urls import reverse
from playwright.sync_api import expect

from accounts import services
from accounts.enums import Role
from accounts.handover import HOLDINGS, Holding
from accounts.models import Grant
from tests.browser.walking import letter_to
from tests.factories import PASSWORD, OrganisationFactory, actor_of, member


@pytest.fixture
def looked_at(axe, fits, screenshot):
    """``looked_at(page, name)``: axe, a picture, no sideways scrolling at 320 px."""

    def look(page, name: str) -> None:
        axe(page)
        screenshot(page, name)
        fits(page, 320)
        page.set_viewport_size({"width": 1280, "height": 900})

    return look


def test_the_code_sent_by_mail_opens_and_a_wrong_one_says_so(page, worker, looked_at):
    user = member()
    page.goto(reverse("account_login"))
    page.get_by_role("link", name="Recevoir un code").click()
    page.locator("input[name=email]").fill(user.email)
    page.get_by_role("button", name="Envoyer le code").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Saisir le code de connexion")
    page.locator("input[name=code]").fill("FAUX")
    page.get_by_role("button", name="Valider").click()
    expect(page.get_by_role("alert")).to_contain_text("Ce code n’est pas le bon")
    looked_at(page, "code-de-connexion")
    code = re.search(r"^([A-Z0-9]{3,}(?:-[A-Z0-9]+)*)$", letter_to(page, user.email).body, re.MULTILINE)[1]
    page.locator("input[name=code]").fill(code)
    page.get_by_role("button", name="Valider").click()
    expect(page.get_by_role("button", name="Se déconnecter")).to_have_count(1)


def test_the_second_factor_from_activation_to_sign_in(page, login, looked_at):
    user = member()
    login(page, user)
    page.goto(reverse("accounts:profil"))
    page.get_by_role("link", name="Gérer le second facteur").click()
    page.get_by_role("link", name="Activer").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Confirmer que c’est vous")
    looked_at(page, "confirmer-identite")
    page.locator("input[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Continuer").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Activer le second facteur")
    looked_at(page, "second-facteur-activer")
    secret = page.locator("code").inner_text()

    def shown_now() -> str:
        # As a person does: with two seconds left, one waits for the next code.
        left = 30 - time.time() % 30
        if left < 5:
            time.sleep(left + 0.5)
        return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))

    page.locator("input[name=code]").fill(shown_now())
    page.get_by_role("button", name="Activer").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Codes de secours")
    expect(page.locator(".recovery-codes li")).to_have_count(10)
    spare = page.locator(".recovery-codes code").first.inner_text()
    looked_at(page, "codes-de-secours")
    page.goto(reverse("mfa_index"))
    looked_at(page, "second-facteur-actif")
    page.goto(reverse("mfa_generate_recovery_codes"))
    looked_at(page, "codes-de-secours-renouveler")
    page.goto(reverse("mfa_deactivate_totp"))
    looked_at(page, "second-facteur-desactiver")
    page.get_by_role("button", name="Se déconnecter").click()
    page.locator("input[name=login]").fill(user.email)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("input[name=password]").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Second facteur")
    looked_at(page, "second-facteur-saisir")
    page.locator("input[name=code]").fill(spare)
    page.get_by_role("button", name="Se connecter").click()
    expect(page.get_by_role("button", name="Se déconnecter")).to_have_count(1)


def test_a_passkey_from_adding_to_sign_in(page, login, looked_at):
    """With Chromium's own virtual authenticator: the scripts of the page, the policy and the signatures are real."""
    keys = page.context.new_cdp_session(page)
    keys.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
               "isUserVerified": True, "automaticPresenceSimulation": True}  # fmt: skip
    keys.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    user = member()
    login(page, user)
    page.goto(reverse("mfa_index"))
    page.get_by_role("link", name="Ajouter une clé").click()
    page.locator("input[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Continuer").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ajouter une clé d’accès")
    looked_at(page, "cle-ajouter")
    page.get_by_label("Nom de la clé").fill("Ordinateur d’essai")
    page.get_by_role("button", name="Ajouter cette clé").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Codes de secours")
    page.goto(reverse("mfa_list_webauthn"))
    expect(page.locator("main")).to_contain_text("Ordinateur d’essai")
    looked_at(page, "cles")
    page.get_by_role("link", name="Retirer").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Retirer une clé d’accès")
    looked_at(page, "cle-retirer")
    page.get_by_role("button", name="Se déconnecter").click()
    page.locator("input[name=login]").fill(user.email)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("input[name=password]").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Second facteur")
    looked_at(page, "second-facteur-cle")
    page.get_by_role("button", name="Présenter ma clé").click()
    expect(page.get_by_role("button", name="Se déconnecter")).to_have_count(1)


def test_somebody_is_invited_opens_an_account_and_the_link_then_explains_itself(page, login, looked_at):
    organisation = OrganisationFactory(name="DLA du Loiret")
    responsable = member(organisation, Role.RESPONSABLE)
    login(page, responsable)
    page.goto(reverse("accounts:organisation", args=[organisation.pk]))
    page.get_by_role("link", name="Inviter", exact=True).click()
    page.get_by_role("button", name="Envoyer l’invitation").click()
    expect(page.get_by_role("alert")).to_be_focused()
    looked_at(page, "inviter-erreurs")
    page.get_by_label("Adresse électronique").fill("noa@example.org")
    page.get_by_label("lecture seule", exact=True).check()
    page.get_by_role("button", name="Envoyer l’invitation").click()
    expect(page.get_by_role("region", name="Tableau des invitations")).to_contain_text("noa@example.org")
    looked_at(page, "organisation-responsable")

    link = reverse("lien", args=[services.link_token(Grant.objects.get())])
    page.goto(link)
    expect(page.locator("main")).to_contain_text("n’est pas l’adresse invitée")
    looked_at(page, "invitation-autre-adresse")
    page.get_by_role("button", name="Me déconnecter et reprendre l’invitation").click()
    expect(page.get_by_role("heading", level=2)).to_have_text("Ouvrir votre compte")
    looked_at(page, "invitation")
    page.get_by_label("Prénom").fill("Noa")
    page.locator("input[name=last_name]").fill("Essai")
    page.locator("input[name=password]").fill("une phrase de passe longue")
    page.get_by_role("button", name="Ouvrir mon compte et accepter").click()
    expect(page.get_by_role("button", name="Se déconnecter")).to_have_count(1)
    expect(page.locator("main")).to_contain_text("Bienvenue")
    answer = page.goto(link)
    assert answer.status == 200
    looked_at(page, "invitation-acceptee")


def test_a_revoked_link_lets_one_ask_for_another(page, looked_at):
    organisation = OrganisationFactory()
    actor = actor_of(member(organisation, Role.RESPONSABLE))
    invitation = services.invite(organisation, "noa@example.org", Role.LECTURE, actor=actor)
    link = reverse("lien", args=[services.link_token(invitation)])
    services.revoke_link(invitation, actor=actor)
    page.goto(link)
    looked_at(page, "invitation-revoquee")
    page.get_by_role("button", name="Demander un nouveau lien").click()
    expect(page.get_by_role("status")).to_contain_text("Votre demande est transmise")


def test_a_leaver_s_work_goes_to_a_colleague(page, login, looked_at):
    organisation = OrganisationFactory()
    responsable = member(organisation, Role.RESPONSABLE)
    leaver = member(organisation, first_name="Claude", last_name="Partant")
    held = {leaver.pk: 12}

    def transfer(from_user, to_user, _organisation, _actor) -> list[tuple[str, str]]:
        held[to_user.pk] = held.pop(from_user.pk, 0)
        return [(f"Dossier {n}", "/") for n in range(held[to_user.pk])]

    HOLDINGS.register("essai", Holding("Dossiers d’essai", lambda user, _: held.get(user.pk, 0), transfer))
    try:
        login(page, responsable)
        page.goto(reverse("accounts:organisation", args=[organisation.pk]))
        page.get_by_role("link", name="Confier, terminer : Claude Partant").click()
        expect(page.locator("main")).to_contain_text("Dossiers d’essai")
        looked_at(page, "confier")
        page.get_by_label("À qui confier").select_option(label=f"{responsable} (responsable)")
        page.on("dialog", lambda dialog: dialog.accept())
        page.get_by_role("button", name="Valider").click()
        expect(page.locator("main")).to_contain_text("n’est plus membre")
    finally:
        HOLDINGS._items.pop("essai")
    assert held == {responsable.pk: 12}
    page.goto(reverse("accounts:organisation_journal", args=[organisation.pk]))
    looked_at(page, "organisation-journal")


def test_two_people_edit_the_same_page(page, login, looked_at):
    organisation = OrganisationFactory()
    mine = member(organisation, Role.RESPONSABLE)
    other = actor_of(member(organisation, Role.RESPONSABLE, first_name="Dominique", last_name="Rival"))
    login(page, mine)
    page.goto(reverse("accounts:organisation_update", args=[organisation.pk]))
    services.update_organisation(
        organisation, {"email": "eux@example.org", "phone": "02 00 00 00 00"}, actor=other, expected_version=1
    )
    page.get_by_label("Adresse électronique").fill("moi@example.org")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_label("Adresse électronique")).to_have_value("moi@example.org")
    expect(page.get_by_label("Téléphone")).to_have_value("02 00 00 00 00")
    expect(page.locator(".recorded-now")).to_contain_text("eux@example.org")
    looked_at(page, "conflit")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.locator("main")).to_contain_text("Les coordonnées sont enregistrées.")
