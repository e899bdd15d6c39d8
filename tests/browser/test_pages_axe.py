"""Every page, in a real browser: axe (WCAG 2.2 A and AA) in light and dark, no sideways scrolling at 320 px."""

import pytest
from django.urls import resolve

from tests.browser.pages import ANONYME, NOT_PAGES, PAGES, PILOTE
from tests.routes import routes


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


def _only_takes_what_is_posted(client, path: str) -> bool:
    view = getattr(resolve(path).func, "view_class", None)
    return client.get(path).status_code == 405 or (view is not None and not hasattr(view, "get"))


def test_no_page_is_forgotten(demo_world, client):
    """Each route is visited above, told to be no page, or only takes what is posted."""
    listed = {visit.route for visit in PAGES} | NOT_PAGES.keys()
    assert listed <= {route.name for route in routes()}
    client.force_login(demo_world.user("administrateur"), backend="accounts.backends.AuthenticationBackend")
    forgotten = [
        route.name
        for route in routes()
        if route.name not in listed and not _only_takes_what_is_posted(client, route.path)
    ]
    assert forgotten == []
