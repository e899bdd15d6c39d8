"""Every page, in a real browser: axe (WCAG 2.2 A and AA), no sideways scrolling at 320 px, contrasts in the dark.

What a small screen and the dark may change (colours, sizes of targets) is looked at again there.
"""

import pytest
from playwright.sync_api import expect

from tests.browser.pages import ANONYME, PAGES, PILOTE


@pytest.mark.parametrize("visit", PAGES, ids=str)
def test_the_page_is_accessible(visit, demo_world, page_of, axe, fits, screenshot):
    if visit.role == PILOTE:
        user = demo_world.pilot_of(visit.kwargs(demo_world)["pk"])
    else:
        user = None if visit.role == ANONYME else demo_world.user(visit.role)
    page = page_of(user)
    path = visit.path(demo_world)
    answer = page.goto(path)
    assert answer is not None
    assert answer.status == 200, f"{page.url} répond {answer.status}"
    assert page.url.endswith(path), f"{path} renvoie vers {page.url}"
    axe(page)
    screenshot(page, str(visit).replace(":", "-").replace("?", "-"))
    page.emulate_media(color_scheme="dark")
    expect(page.locator("html[data-bs-theme=dark]")).to_have_count(1)
    fits(page, 320)
    axe(page, "color-contrast", "target-size")
