"""Every page, in a real browser: axe (WCAG 2.2 A and AA) in light and dark, no sideways scrolling at 320 px."""

import pytest

from tests.browser.pages import ANONYME, PAGES, PILOTE


@pytest.mark.parametrize("visit", PAGES, ids=str)
def test_the_page_is_accessible(visit, demo_world, signed_in, page, axe, fits, screenshot):
    if visit.role == PILOTE:
        signed_in(demo_world.pilot_of(visit.kwargs(demo_world)["pk"]))
    elif visit.role != ANONYME:
        signed_in(demo_world.user(visit.role))
    path = visit.path(demo_world)
    answer = page.goto(path)
    assert answer is not None
    assert answer.status == 200, f"{page.url} répond {answer.status}"
    assert page.url.endswith(path), f"{path} renvoie vers {page.url}"
    axe(page)
    screenshot(page, str(visit).replace(":", "-").replace("?", "-"))
    page.emulate_media(color_scheme="dark")
    page.reload()
    fits(page, 320)
    axe(page)
