"""Ticks: what htmx brings is put in its place on the page."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from projects.structures_ciblees.models import StructureCiblee
from tests.factories import ingenierie_of, member
from tests.projects.structures_ciblees.targeting import target


@pytest.fixture
def user():
    return member()


@pytest.fixture
def ingenierie(user):
    return ingenierie_of(user.active_membership.organisation)


@pytest.mark.parametrize("address", ["", "?etape=identifier"])
def test_the_counters_follow_a_tick_at_once(page, login, user, ingenierie, axe, address):
    login(page, user)
    page.goto(reverse("projects:demarche", args=[ingenierie.pk]) + address)
    item = ingenierie.checklist.filter(step="identifier", optional=False).first()
    total = ingenierie.checklist.filter(step="identifier", optional=False).count()
    line = page.locator(f"#action-{item.pk}")
    line.locator("button[title='fait']" if address else ".case-tick").click()
    expect(page.locator("#compte-identifier")).to_have_text(f"1/{total} cochées")
    expect(page.locator("#avancement-identifier")).to_have_attribute("value", "1")
    expect(page.locator("#etat-onglet-demarche")).to_have_text("1/45")
    expect(line.locator(".state-fait" if address else "xpath=self::*[contains(@class, 'state-fait')]")).to_have_count(1)
    assert page.evaluate("[...document.querySelectorAll('[id]')].map(e => e.id).length") == page.evaluate(
        "new Set([...document.querySelectorAll('[id]')].map(e => e.id)).size"
    )
    axe(page)


def test_all_the_structures_shown_are_ticked_and_marked_at_once(page, login, user, ingenierie, axe, fits, screenshot):
    ciblees = [target(ingenierie) for _ in range(4)]
    login(page, user)
    page.goto(reverse("projects:structures", args=[ingenierie.pk]))
    page.get_by_label("Cocher toutes les lignes affichées").check()
    screenshot(page, "structures-cochees")
    row = page.get_by_role("row").filter(has_text=ciblees[0].structure.name)
    row.get_by_role("button", name="Marquer contactée").click()
    expect(page.get_by_role("status").filter(has_text="contactée.")).to_be_visible()
    expect(page.locator("input[name=ciblees]:checked")).to_have_count(4)
    page.get_by_role("button", name="Marquer contactées", exact=True).click()
    expect(page.get_by_text("3\u00a0structures marquées contactées ; 1\u00a0l’était déjà.")).to_be_visible()
    assert {c.state for c in StructureCiblee.objects.all()} == {"contactee"}
    axe(page)
    fits(page, 320)
    axe(page)
