"""Signing in and out by the pages, as a person does."""

import re

from django.urls import reverse
from playwright.sync_api import expect

from tests.browser.walking import arriving
from tests.factories import member


def test_a_member_signs_in_and_out(page, login, axe, fits, screenshot):
    user = member()
    page.goto("/")
    expect(page).to_have_url(re.compile(re.escape(reverse("account_login"))))
    screenshot(page, "connexion")
    login(page, user)
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    screenshot(page, "accueil-vide")
    axe(page)
    fits(page, 320)
    page.set_viewport_size({"width": 1280, "height": 900})
    with arriving(page):
        page.get_by_role("button", name="Se déconnecter").click()
    page.goto("/")
    expect(page).to_have_url(re.compile(re.escape(reverse("account_login"))))


def test_a_wrong_password_is_refused_in_words(page, axe):
    user = member()
    page.goto(reverse("account_login"))
    page.locator("input[name=login]").fill(user.email)
    page.locator("input[name=password]").fill("pas le bon mot de passe")
    page.locator("input[name=password]").press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("ne correspond pas")
    axe(page)
