"""A person at work in the browser: fields, links and buttons are found by their role and name, as one reads them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import reduce
from pathlib import Path
from typing import Any

from django.core import mail
from django.core.mail import EmailMessage
from playwright.sync_api import Locator, Page, expect

from accounts.models import Organisation, User
from core import clock
from demo import data
from demo.directories import place
from referentiels.models import Departement, Region, Secteur
from structures.annuaire.annuaire import STRUCTURES
from tests.factories import PASSWORD, OrganisationFactory, actor_of, member


@contextmanager
def arriving(page: Page) -> Iterator[None]:
    """What is clicked inside leads to another page: at the end the former one is gone, and all that it said.

    Playwright's own wait is content with a change of address, or with what the former page still shows.
    """
    page.evaluate("document.documentElement.setAttribute('data-former', '')")
    yield
    expect(page.locator("html:not([data-former])")).to_be_attached()
    page.wait_for_load_state()


def letter_to(page: Page, address: str) -> EmailMessage:
    """The last mail sent to this address, when the worker has sent it."""
    for _ in range(400):
        if mine := [letter for letter in mail.outbox if letter.to == [address]]:
            return mine[-1]
        page.wait_for_timeout(50)
    raise AssertionError(f"aucun courrier pour {address}")


class Walker:
    """Somebody who reads, clicks and types; never goes to an address but the first."""

    def __init__(self, page: Page, look: Callable[[Page, str], None]):
        self.page = page
        self._look = look
        page.on("dialog", lambda dialog: dialog.accept())

    # --- Moving ---------------------------------------------------------------------------------------------------

    def sign_in(self, user: User) -> None:
        """Open the application and sign in at the page it shows."""
        self.page.goto("/")
        self.write({"Adresse électronique": user.email, "Mot de passe": PASSWORD})
        self.press("Se connecter")
        self.reads(f"Bonjour {user.first_name}")

    def follow(self, name: str, within: Locator | None = None) -> None:
        """Click a link and arrive."""
        with arriving(self.page):
            (within or self.page).get_by_role("link", name=name, exact=True).first.click()

    def press(self, name: str, within: Locator | None = None) -> None:
        """Click a button that sends a form, and arrive."""
        with arriving(self.page):
            (within or self.page).get_by_role("button", name=name, exact=True).click()

    def tab(self, label: str) -> None:
        """Open a room of the dossier, and its step first when another is open."""
        rooms = self.page.get_by_role("navigation", name="Parties du dossier")
        named = self.page.locator("a").filter(has_text=re.compile(rf"^\s*{re.escape(label)}\b"))
        room = rooms.locator(named)
        if not room.is_visible():
            rooms.locator("details").filter(has=named).locator("summary").click()
        with arriving(self.page):
            room.click()

    def edit(
        self,
        link: str,
        values: Mapping[str, Any],
        *,
        ticks: Iterable[str] = (),
        told: str = "",
        look: str = "",
        save: str = "Enregistrer",
    ) -> None:
        """Open a form by its link, type, tick, save, and be told so."""
        self.follow(link)
        self.write(values)
        self.tick(*ticks)
        if look:
            self.look(look)
        self.press(save)
        self.is_told(told)

    # --- Typing ---------------------------------------------------------------------------------------------------

    def write(self, values: Mapping[str, Any], within: Locator | None = None) -> None:
        """Fill fields by their label: a text, a number, a date, or a choice of a list."""
        for label, value in values.items():
            field = self.field(label, within)
            self._unfold(field)
            if field.evaluate("field => field.tagName") == "SELECT":
                field.select_option(label=value)
            else:
                field.fill(value.isoformat() if isinstance(value, dt.date) else value)

    def field(self, label: str, within: Locator | None = None) -> Locator:
        """The field that has this label."""
        place = within or self.page
        roles = (place.get_by_role(role, name=label, exact=True) for role in ("textbox", "combobox", "spinbutton"))
        return reduce(Locator.or_, roles)

    def _unfold(self, field: Locator) -> None:
        """What is optional is folded: open it when the field is not in sight."""
        if not field.count():
            for summary in self.page.locator("details.facultatif:not([open]) > summary").all():
                summary.click()

    def tick(self, *labels: str) -> None:
        for label in labels:
            box = self.page.get_by_role("checkbox", name=label, exact=True)
            self._unfold(box)
            box.check()

    def pick(self, label: str, question: str = "") -> None:
        """Choose one of the answers to a question."""
        place = self.page.get_by_role("group", name=question) if question else self.page
        place.get_by_role("radio", name=label, exact=True).check()

    def unfold(self, summary: str) -> None:
        """Open what is folded."""
        self.page.get_by_text(summary, exact=True).click()

    def panel(self, title: str) -> Locator:
        """The part of the page that has this title."""
        return self.page.get_by_role("region", name=title, exact=True).first

    # --- Reading --------------------------------------------------------------------------------------------------

    def reads(self, *texts: str) -> None:
        """These words are in the page."""
        for text in texts:
            expect(self.page.get_by_role("main")).to_contain_text(text)

    def is_told(self, text: str = "") -> None:
        """A message says that it is done."""
        expect(self.page.get_by_role("status").first).to_contain_text(text or re.compile(r"\w"))

    def is_refused(self, *texts: str) -> None:
        """A summary says what is wrong, and has the focus."""
        alert = self.page.get_by_role("alert").first
        expect(alert).to_be_focused()
        for text in texts:
            expect(alert).to_contain_text(text)

    def look(self, name: str) -> None:
        """Look at the page: axe, pictures."""
        self._look(self.page, name)

    def download(self, link: str) -> tuple[str, bytes]:
        """Download by a link: the name of the file and what it holds."""
        with self.page.expect_download() as arriving:
            self.page.get_by_role("link", name=link, exact=True).click()
        return arriving.value.suggested_filename, Path(arriving.value.path()).read_bytes()


# --- The world of a walk --------------------------------------------------------------------------------------------


def attested(key: str) -> dict[str, Any]:
    """One of the ingénieries that the source documents tell of."""
    return next(row for row in data.attested() if row["key"] == key)


def organisation(key: str) -> Organisation:
    """An organisation of the demonstration, on its own."""
    row = next(row for row in data.organisations() if row["key"] == key)
    departements = Departement.objects.filter(code=row.get("departement"))
    return OrganisationFactory(
        kind=row["kind"],
        name=row["nom"],
        structure_porteuse=row["porteuse"],
        address=row["adresse"],
        region=Region.objects.get(code=row["region"]),
        departements=list(departements),
    )


def inscribe(owner: Organisation, code: str, names: Iterable[str], secteur: str, **values: Any) -> list[str]:
    """Structures in the directory of ``owner``, by the service; returns their names."""
    actor = actor_of(member(owner))
    departement = Departement.objects.get(code=code)
    sector = Secteur.objects.get(code=secteur)
    made = []
    for name in names:
        values_of = {"name": name, "departement": departement, "secteur": sector, **values}
        made.append(STRUCTURES.create(values_of, actor=actor, confirmed=True).name)
    return made


def offices(code: str, pattern: str) -> list[str]:
    """« Office de tourisme d’Issoudun »… the names of the structures of a département."""
    return [place(pattern, commune) for commune in data.names()["communes"][code]]


def days_ago(days: int) -> dt.date:
    return clock.today() - dt.timedelta(days=days)


def in_days(days: int) -> dt.date:
    return clock.today() + dt.timedelta(days=days)
