"""The navigation of a dossier on a wide screen and on a phone; the filters of a list on a phone."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.browser.walking import arriving
from tests.factories import ingenierie_of, member

PHONE = {"width": 360, "height": 740}


@pytest.fixture
def user():
    return member()


@pytest.fixture
def ingenierie(user):
    return ingenierie_of(user.active_membership.organisation)


def test_a_step_opens_its_rooms_on_one_line_and_closes_the_other(page, login, user, ingenierie, axe):
    page.set_viewport_size({"width": 1440, "height": 900})
    login(page, user)
    page.goto(reverse("engagement:budget", args=[ingenierie.pk]))
    nav = page.get_by_role("navigation", name="Parties du dossier")
    expect(nav.locator("a[aria-current=page]")).to_be_visible()
    tops = nav.locator(".rooms a:visible").evaluate_all(
        "all => all.map(a => Math.round(a.getBoundingClientRect().top))"
    )
    assert len(set(tops)) == 2  # the rooms of the step; what crosses the steps, beside the stepper
    nav.locator("summary", has_text="Confirmer").click()
    expect(nav.get_by_role("link", name="Cahier des charges")).to_be_visible()
    expect(nav.locator("a[aria-current=page]")).to_be_hidden()
    axe(page)


def test_on_a_phone_a_step_is_a_menu_that_escape_closes(page, login, user, ingenierie, axe, fits):
    page.set_viewport_size(PHONE)
    login(page, user)
    page.goto(reverse("engagement:budget", args=[ingenierie.pk]))
    nav = page.get_by_role("navigation", name="Parties du dossier")
    expect(nav.get_by_text("Engager › Budget")).to_be_visible()
    expect(nav.locator(".rooms a:visible")).to_have_count(0)
    # Every step on one line: its name, and under it what folds it (« ✓ » when it is done).
    for name in ("Identifier", "Engager", "Confirmer", "Finaliser"):
        lines = nav.locator(".stepper-name", has_text=name).evaluate("name => name.getClientRects().length")
        assert lines == 1, name
    step = nav.locator("summary", has_text="Engager")
    step.click()
    expect(nav.locator("a[aria-current=page]")).to_be_visible()
    fits(page, 360)
    axe(page)
    page.keyboard.press("Escape")
    expect(nav.locator(".rooms a:visible")).to_have_count(0)
    expect(step).to_be_focused()
    nav.locator("summary", has_text="Dossier").click()
    with arriving(page):
        nav.get_by_role("link", name="Documents").click()
    expect(nav.get_by_text("Dossier › Documents")).to_be_visible()


def test_on_a_phone_filters_are_behind_a_button_that_counts_them(page, login, user, ingenierie, axe, fits):
    page.set_viewport_size(PHONE)
    login(page, user)
    page.goto(reverse("projects:list") + "?etape=identifier")
    button = page.get_by_role("button", name="Filtres (1 actif)")
    expect(page.get_by_label("Étape")).to_be_hidden()
    button.click()
    expect(page.get_by_label("Étape")).to_be_visible()
    fits(page, 360)
    axe(page)
