"""A real browser (Debian's Chromium) on a real server, with a worker beside it.

A test of this folder starts from an empty database that keeps what it commits (as ``transactional_db``), unless it asks
for ``demo_world``: the demonstration data, loaded once for a module that only reads them.
``page`` fails at the end of the test when the page broke its content security policy or raised a JavaScript error.
"""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # playwright runs an event loop in the thread of the tests

from django.conf import settings as django_settings
from django.db import connection
from django.test import TransactionTestCase
from django.urls import reverse
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.browser.world import DemoWorld
from tests.factories import PASSWORD

ROOT = Path(django_settings.BASE_DIR)
SCREENSHOTS = ROOT / "test-results" / "ecrans"
WIDTHS = (360, 768, 1440)
LAUNCH_ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items) -> None:
    """What lies in this folder drives a browser (a walk is only that: see the parts of ``make test``) and commits.

    Run by two processes, the pages of the demonstration are read half by each (it is loaded once in both) and the other
    files go to the first that is free.
    """
    mine = [item for item in items if Path(__file__).parent in item.path.parents]
    readers = [item for item in mine if "demo_world" in item.fixturenames]
    for item in mine:
        if item.get_closest_marker("walk") is None:
            item.add_marker(pytest.mark.browser)
        if item not in readers:
            item.add_marker(pytest.mark.django_db(transaction=True))
            item.add_marker(pytest.mark.xdist_group(item.path.stem))
    for number, item in enumerate(readers):
        item.add_marker(pytest.mark.xdist_group(f"demonstration-{2 * number // len(readers)}"))


# --- Chromium -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args) -> dict:
    names = [os.environ.get("CHROMIUM", ""), "chromium", "chromium-browser", "google-chrome-stable", "google-chrome"]
    path = next((found for found in (shutil.which(name) for name in names if name) if found), None)
    if path is None:
        pytest.fail("Chromium est introuvable : apt-get install chromium, ou CHROMIUM=/chemin/vers/chromium")
    return {**browser_type_launch_args, "executable_path": path, "args": LAUNCH_ARGS}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args) -> dict:
    return {
        **browser_context_args,
        "locale": "fr-FR",
        "timezone_id": "Europe/Paris",
        "viewport": {"width": 1280, "height": 900},
        "reduced_motion": "reduce",
    }


@pytest.fixture
def context(context: BrowserContext) -> Iterator[BrowserContext]:
    """Every page of the context is listened to."""
    context.set_default_timeout(20_000)
    expect.set_options(timeout=20_000)  # a busy machine is slow, not wrong
    faults: list[str] = []

    def hear(message) -> None:
        if message.type == "error" and ("Content Security Policy" in message.text or "Refused to" in message.text):
            faults.append(message.text)

    context.on("console", hear)
    context.on("weberror", lambda error: faults.append(str(error.error)))
    yield context
    assert not faults, "le navigateur s’est plaint :\n" + "\n".join(dict.fromkeys(faults))


# --- Server, database, worker ---------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def site(django_db_setup) -> Iterator[LiveServer]:
    """The application on http://localhost:<port>."""
    server = LiveServer("localhost")
    yield server
    server.stop()


@pytest.fixture(scope="session")
def base_url(site) -> str:
    """So that ``page.goto("/…")`` goes to our server."""
    return site.url


@pytest.fixture(autouse=True)
def _site_url(site, settings) -> None:
    """Links in mails and documents lead to this server."""
    settings.SITE_URL = site.url


@pytest.fixture(scope="module")
def db(django_db_setup, django_db_blocker) -> Iterator[None]:
    """In this folder: the database, kept from one test of the module to the next. ``demo_world`` stands on it.

    Named as pytest-django's, which makes a test database only for tests that ask for a fixture of that name.
    """
    with django_db_blocker.unblock():
        try:
            yield
        finally:
            _empty()


@pytest.fixture(scope="module")
def demo_world(db) -> DemoWorld:
    """The demonstration data, loaded once for a module whose tests only read."""
    return DemoWorld.load()


def _empty() -> None:
    """What TransactionTestCase does after a test, reference data included (see tests/conftest.py)."""

    class Emptying(TransactionTestCase):
        def runTest(self) -> None: ...

    Emptying()._fixture_teardown()


class _Worker(threading.Thread):
    """Runs due jobs in a thread, as ``manage.py worker`` would in a process."""

    def __init__(self) -> None:
        super().__init__(daemon=True, name="worker")
        self.stop = threading.Event()

    def run(self) -> None:
        from core.jobs import run_pending

        try:
            while not self.stop.wait(0.15):
                run_pending(worker_id="navigateur")
        finally:
            connection.close()


@pytest.fixture
def worker(_site_url) -> Iterator[None]:
    """Background jobs finish while the test runs: previews, imports, mails."""
    thread = _Worker()
    thread.start()
    yield
    thread.stop.set()
    thread.join(60)
    assert not thread.is_alive(), "une tâche ne finit pas"


# --- What tests do --------------------------------------------------------------------------------------------------


@pytest.fixture
def login() -> Callable[..., None]:
    """``login(page, user)``: sign in by the sign-in page, as a person does; ends on the home page."""

    def sign_in(page: Page, user, password: str = PASSWORD) -> None:
        page.goto(reverse("account_login"))
        page.locator("input[name=login]").fill(user.email)
        page.locator("input[name=password]").fill(password)
        page.locator("input[name=password]").press("Enter")
        expect(page.locator(f"form[action='{reverse('account_logout')}']")).to_have_count(1)

    return sign_in


_sessions: dict[tuple[int, int], list] = {}


@pytest.fixture
def signed_in(demo_world, page: Page, login) -> Callable[..., Page]:
    """``signed_in(user)``: the page, signed in as that person of the demonstration.

    The first call of a module goes through the sign-in page; the next ones take its cookies.
    """

    def as_user(user) -> Page:
        key = (id(demo_world), user.pk)
        if key in _sessions:
            page.context.add_cookies(_sessions[key])
        else:
            login(page, user)
            _sessions[key] = page.context.cookies()
        return page

    return as_user


_axe_source = ""


def _violations(page: Page) -> str:
    global _axe_source
    _axe_source = _axe_source or (ROOT / "node_modules" / "axe-core" / "axe.min.js").read_text("utf-8")
    page.evaluate(_axe_source)  # a script tag would be stopped by the content security policy
    found = page.evaluate(
        """async () => (await axe.run(document, {
            runOnly: {type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]},
            rules: {"target-size": {enabled: true}},
            resultTypes: ["violations"],
        })).violations.map(v => ({id: v.id, help: v.help, nodes: v.nodes.map(
            n => ({html: n.html, target: n.target.join(" "), why: n.failureSummary}))}))"""
    )
    lines = []
    for violation in found:
        lines.append(f"{violation['id']} : {violation['help']} ({len(violation['nodes'])} fois)")
        for node in violation["nodes"][:4]:
            why = " ".join(node["why"].split())
            lines.append(f"    {node['target']}\n      {node['html'][:200]}\n      {why[:300]}")
    return "\n".join(lines)


@pytest.fixture
def axe() -> Callable[[Page], None]:
    """``axe(page)``: fail on any violation of WCAG 2.2 A and AA in what the page shows now."""

    def check(page: Page) -> None:
        found = _violations(page)
        assert not found, f"accessibilité de {page.url} :\n{found}"

    return check


@pytest.fixture
def fits() -> Callable[[Page, int], None]:
    """``fits(page, 320)``: fail when the page scrolls sideways at that width."""

    def check(page: Page, width: int) -> None:
        page.set_viewport_size({"width": width, "height": 900})
        culprits = page.evaluate(
            """() => {
                const width = document.documentElement.clientWidth;
                if (document.documentElement.scrollWidth <= width + 1) return [];
                const scrolls = e => { for (e = e.parentElement; e; e = e.parentElement)
                    if (getComputedStyle(e).overflowX !== "visible") return true; return false; };
                return [...document.body.querySelectorAll("*")]
                    .filter(e => e.getBoundingClientRect().right > width + 1 && !scrolls(e))
                    .slice(0, 5).map(e => e.outerHTML.slice(0, 160));
            }"""
        )
        overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert overflow <= 1, f"{page.url} déborde de {overflow} px à {width} px :\n" + "\n".join(culprits)

    return check


@pytest.fixture
def screenshot() -> Callable[..., None]:
    """``screenshot(page, "accueil")``: pictures at 360, 768 and 1440 px, in test-results/ecrans, when SCREENSHOTS=1."""

    def shoot(page: Page, name: str, widths: tuple[int, ...] = WIDTHS) -> None:
        if os.environ.get("SCREENSHOTS") != "1":
            return
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        size = page.viewport_size
        for width in widths:
            page.set_viewport_size({"width": width, "height": 900})
            page.screenshot(path=SCREENSHOTS / f"{name}-{width}.png", full_page=True, caret="initial")
        page.set_viewport_size(size)

    return shoot
