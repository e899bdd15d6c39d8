"""A real browser (Debian's Chromium) on a real server, with a worker beside it.

A test of this folder starts from an empty database that keeps what it commits (as ``transactional_db``), unless it asks
for ``demo_world``: the demonstration, for a module that only reads it.
``page`` fails at the end of the test when the page broke its content security policy or raised a JavaScript error.
"""

from __future__ import annotations

import datetime as dt
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from types import SimpleNamespace

import pytest

os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # playwright runs an event loop in the thread of the tests

from django.conf import settings as django_settings
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, TimeoutError, expect
from pytest_django.live_server_helper import LiveServer

from tests.browser.walking import Walker
from tests.browser.world import DemoWorld
from tests.databases import DEMO_DAY
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
    """What lies in this folder drives a browser and, unless it only reads the demonstration, commits."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            if "demo_world" not in item.fixturenames:
                item.add_marker(pytest.mark.django_db(transaction=True))


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


@contextmanager
def listened_to(context: BrowserContext) -> Iterator[BrowserContext]:
    """Fail at the end when a page of the context broke its content security policy or raised an error."""
    context.set_default_timeout(20_000)
    expect.set_options(timeout=20_000)  # a busy machine is slow, not wrong
    faults: list[str] = []

    def hear(message) -> None:
        if message.type == "error" and ("Content Security Policy" in message.text or "Refused to" in message.text):
            faults.append(message.text)

    def break_(error) -> None:
        faults.append(str(error.error))

    context.on("console", hear)
    context.on("weberror", break_)
    yield context
    context.remove_listener("console", hear)
    context.remove_listener("weberror", break_)
    assert not faults, "le navigateur s’est plaint :\n" + "\n".join(dict.fromkeys(faults))


@pytest.fixture
def context(context: BrowserContext) -> Iterator[BrowserContext]:
    """Every page of the context is listened to."""
    with listened_to(context):
        yield context


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
def demo_world(demonstration, django_db_blocker) -> Iterator[DemoWorld]:
    """The demonstration on the day it was loaded, for a module whose tests only read."""
    lasted = DEMO_DAY - timezone.now()
    shifted = SimpleNamespace(now=lambda: timezone.now() + lasted, localdate=timezone.localdate)
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        patch.setattr("core.clock.timezone", shifted)  # sessions and browsers keep the real time
        yield DemoWorld()


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


@pytest.fixture
def moved(monkeypatch) -> Callable[..., None]:
    """``moved(day)``: the application believes it is that day, at eight; browsers and sessions keep the real time."""
    real = timezone.now()
    shift = SimpleNamespace(by=dt.timedelta())
    told = SimpleNamespace(now=lambda: timezone.now() + shift.by, localdate=timezone.localdate)
    monkeypatch.setattr("core.clock.timezone", told)

    def move(day: dt.date, hour: int = 8) -> None:
        there = timezone.make_aware(dt.datetime.combine(day, dt.time(hour)))
        shift.by = there - real

    return move


@pytest.fixture
def somebody(browser, browser_context_args, site, axe, fits, screenshot) -> Iterator[Callable[..., Walker]]:
    """``somebody(width)``: a person with a browser of her own, on a screen of that width; ``javascript=False``: one
    that runs no script."""

    def look(page: Page, name: str) -> None:
        page.evaluate("window.scrollTo(0, 0)")  # what the header hides after an anchor is not too small
        fits(page, page.viewport_size["width"])
        if "/lien/" in page.url:  # the other pages are all visited by test_pages_axe
            axe(page)
        screenshot(page, f"appel-{name}", (page.viewport_size["width"],))

    def blind(page: Page, name: str) -> None:
        """Nothing is measured where no script runs."""

    with ExitStack() as stack:

        def arrive(width: int = 1280, *, javascript: bool = True) -> Walker:
            size = {"width": width, "height": 740 if width < 600 else 900}
            options = {**browser_context_args, "base_url": site.url, "viewport": size}
            context = browser.new_context(**options, java_script_enabled=javascript)
            stack.callback(context.close)
            stack.enter_context(listened_to(context))
            return Walker(context.new_page(), look if javascript else blind)

        yield arrive


@pytest.fixture(scope="module")
def _own_pages(demo_world, browser, browser_context_args) -> Iterator[dict[int, Page]]:
    """One page for each person of the demonstration, nobody being 0; it goes from visit to visit."""
    pages: dict[int, Page] = {}
    yield pages
    for page in pages.values():
        page.context.close()


@pytest.fixture
def page_of(_own_pages, browser, browser_context_args, login) -> Iterator[Callable[..., Page]]:
    """``page_of(user)``: the page of that person, signed in; ``page_of(None)``: nobody's."""
    with ExitStack() as stack:

        def as_user(user) -> Page:
            key = user.pk if user else 0
            first = key not in _own_pages
            if first:
                context = browser.new_context(**browser_context_args)
                context.add_init_script(_AXE)
                _own_pages[key] = context.new_page()
            page = _own_pages[key]
            stack.enter_context(listened_to(page.context))
            page.set_viewport_size(browser_context_args["viewport"])
            page.emulate_media(color_scheme="light", forced_colors="none")
            if user and first:
                login(page, user)
            return page

        yield as_user


_AXE = (ROOT / "node_modules" / "axe-core" / "axe.min.js").read_text("utf-8")
#: WCAG 2.2, A and AA.
_EVERYTHING = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]},
    "rules": {"target-size": {"enabled": True}},
}


def _violations(page: Page, rules: tuple[str, ...]) -> str:
    if not page.evaluate("'axe' in window"):
        page.evaluate(_AXE)  # a script tag would be stopped by the content security policy
    options = {"runOnly": {"type": "rule", "values": list(rules)}} if rules else _EVERYTHING
    found = page.evaluate(
        """async options => (await axe.run(document, {...options, resultTypes: ["violations"]})).violations.map(
            v => ({id: v.id, help: v.help, nodes: v.nodes.map(
                n => ({html: n.html, target: n.target.join(" "), why: n.failureSummary}))}))""",
        options,
    )
    lines = []
    for violation in found:
        lines.append(f"{violation['id']} : {violation['help']} ({len(violation['nodes'])} fois)")
        for node in violation["nodes"][:4]:
            why = " ".join(node["why"].split())
            lines.append(f"    {node['target']}\n      {node['html'][:200]}\n      {why[:300]}")
    return "\n".join(lines)


@pytest.fixture(scope="session")
def axe() -> Callable[..., None]:
    """``axe(page)``: fail on any violation of WCAG 2.2 A and AA in what the page shows now; or of these rules only."""

    def check(page: Page, *rules: str) -> None:
        found = _violations(page, rules)
        assert not found, f"accessibilité de {page.url} :\n{found}"

    return check


@pytest.fixture
def fits() -> Callable[[Page, int], None]:
    """``fits(page, 320)``: fail when the page scrolls sideways at that width."""

    def check(page: Page, width: int) -> None:
        page.set_viewport_size({"width": width, "height": 900})
        # Drawings are measured again a moment after the window: what still scrolls then, scrolls.
        fitting = "() => document.documentElement.scrollWidth <= document.documentElement.clientWidth + 1"
        with suppress(TimeoutError):
            page.wait_for_function(fitting, timeout=3000)
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
