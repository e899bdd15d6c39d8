"""What is typed and where one is: kept by the page, its server and its browser."""

from __future__ import annotations

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse
from playwright.sync_api import expect

from projects.demarche.models import ChecklistItem
from tests.browser.walking import arriving
from tests.factories import PASSWORD, ingenierie_of, member, prestataire_of

DRAFTS = "Object.keys(localStorage).filter(key => key.startsWith('brouillon:')).length"
TEXT = "Un texte long à écrire, « à ne pas perdre »."


@pytest.fixture
def user():
    return member()


@pytest.fixture
def ingenierie(user):
    return ingenierie_of(user.active_membership.organisation)


@pytest.fixture
def problematique(ingenierie):
    return reverse("projects:problematique", args=[ingenierie.pk])


def sign_in_here(page, user):
    page.locator("input[name=login]").fill(user.email)
    page.locator("input[name=password]").fill(PASSWORD)
    with arriving(page):
        page.get_by_role("button", name="Se connecter").click()


def test_a_session_that_ends_gives_the_text_back_in_its_own_field(page, login, user, ingenierie, axe):
    login(page, user)
    page.goto(reverse("projects:demarche", args=[ingenierie.pk]) + "?etape=identifier")
    page.locator("details", has=page.locator("input[name=label]")).first.evaluate("fold => { fold.open = true; }")
    field = page.locator("input[name=label]").first
    field.fill(TEXT)
    Session.objects.all().delete()
    with arriving(page):
        field.press("Enter")
    expect(page.get_by_text("Votre session est finie")).to_be_visible()
    axe(page)
    sign_in_here(page, user)
    expect(page.locator("#saisie-gardee")).to_contain_text("remis dans le formulaire")
    expect(page.locator("input[name=label]").first).to_have_value(TEXT)
    axe(page)
    with arriving(page):
        page.locator("input[name=label]").first.press("Enter")
    assert ChecklistItem.objects.filter(label=TEXT).count() == 1
    expect(page.locator("#saisie-gardee")).to_have_count(0)


def test_a_draft_is_offered_to_its_author_and_goes_once_it_is_saved(page, login, user, problematique, axe, fits):
    login(page, user)
    page.goto(problematique)
    field = page.locator("main textarea").first
    field.fill(TEXT)
    page.wait_for_function(f"() => {DRAFTS} === 1")
    page.on("dialog", lambda dialog: dialog.accept())  # « leave this page? »
    page.goto(problematique)
    offer = page.get_by_role("region", name="Brouillon")
    expect(offer).to_contain_text("est resté sur cet appareil")
    expect(field).not_to_have_value(TEXT)  # offered, not put back by itself
    axe(page)
    fits(page, 320)
    page.set_viewport_size({"width": 1280, "height": 900})
    offer.get_by_role("button", name="Reprendre ce brouillon").click()
    expect(field).to_have_value(TEXT)
    expect(field).to_be_focused()
    with arriving(page):
        page.get_by_role("button", name="Enregistrer").first.click()
    assert page.evaluate(DRAFTS) == 0
    page.goto(problematique)
    expect(offer).to_have_count(0)


def test_signing_out_leaves_no_draft_and_back_shows_nothing(page, login, user, problematique):
    login(page, user)
    page.goto(problematique)
    page.locator("main textarea").first.fill(TEXT)
    page.wait_for_function(f"() => {DRAFTS} === 1")
    page.on("dialog", lambda dialog: dialog.accept())
    with arriving(page):
        page.get_by_role("button", name="Se déconnecter").click()
    assert page.evaluate(DRAFTS) == 0
    for _ in range(2):
        page.go_back()
        expect(page.get_by_role("heading", level=1)).to_have_text("Connexion")


def test_a_tick_leaves_the_keyboard_where_it_is_and_says_what_changed(page, login, user, ingenierie):
    login(page, user)
    page.goto(reverse("projects:demarche", args=[ingenierie.pk]))
    item = ingenierie.checklist.filter(step="identifier", optional=False).first()
    total = ingenierie.checklist.filter(step="identifier", optional=False).count()
    tick = page.locator(f"#action-{item.pk} .case-tick")
    tick.focus()
    tick.press("Enter")
    expect(page.locator("#annonces")).to_contain_text(f"1 sur {total}")
    expect(tick).to_be_focused()
    tick.press("Enter")
    expect(page.locator("#annonces")).to_contain_text(f"0 sur {total}")
    expect(tick).to_be_focused()


def test_an_error_of_a_field_saved_by_itself_is_tied_to_it(page, login):
    user = member()
    login(page, user)
    page.goto(reverse("portfolio:rubrique", args=[prestataire_of(user).pk, "identite"]))
    field = page.locator("#id_contact_email")
    field.fill("pas une adresse")
    field.press("Tab")
    expect(field).to_have_attribute("aria-invalid", "true")
    assert "etat-contact_email" in field.get_attribute("aria-describedby")
    field.fill("contact@example.org")
    field.press("Tab")
    expect(page.locator("#etat-contact_email")).to_contain_text("Enregistré")
    expect(field).not_to_have_attribute("aria-invalid", "true")
