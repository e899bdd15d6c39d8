"""No page escapes the browser tests."""

from __future__ import annotations

from django.urls import resolve

from tests.browser.not_pages import NOT_PAGES
from tests.browser.pages import PAGES
from tests.factories import UserFactory
from tests.routes import routes


def _only_takes_what_is_posted(client, path: str) -> bool:
    view = getattr(resolve(path).func, "view_class", None)
    if view is not None and ("get" not in view.http_method_names or not hasattr(view, "get")):
        return True
    return client.get(path).status_code == 405


def test_no_page_is_forgotten(client_for):
    """Each route is visited by the browser tests, told to be no page, or only takes what is posted."""
    listed = {visit.route for visit in PAGES} | NOT_PAGES.keys()
    assert listed <= {route.name for route in routes()}
    client = client_for(UserFactory(administrator=True))
    forgotten = [
        route.name
        for route in routes()
        if route.name not in listed and not _only_takes_what_is_posted(client, route.path)
    ]
    assert forgotten == []
