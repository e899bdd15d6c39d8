"""A test client that reads every page it is given and refuses what must never be sent.

For each HTML answer below 500: no undefined template variable, no form posted without its CSRF token, nothing inline
that the content security policy would block (handlers, styles, scripts), no table without a name, no two links of one
name that lead to two pages (« Modifier » is completed by a hidden « la ligne 3 »; namesakes are left to their rows).
For a whole page, also: a language, a title, one h1, no id twice. Django's own administration is left to Django.
"""

from __future__ import annotations

import re
from collections import Counter
from html.parser import HTMLParser

from django.test import Client

UNKNOWN_VARIABLE = "⟦variable inconnue"
_DATA_BLOCKS = {"application/json", "application/ld+json", "importmap"}
_NOT_OURS = ("/administration/",)


#: What a link does, without saying to what.
_A_GESTURE = re.compile(r"(\w+(er|ir|re)|PDF|DOCX|XLSX|CSV|Détails?|Fiche|Suite)( \w+)?")


def _shape(address: str) -> str:
    """The address without what names an object: two namesakes are told apart by their row, two pages are not."""
    return re.sub(r"\d+", "0", address.partition("?")[0])


class BadPage(AssertionError):
    """A page that must not be sent."""


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.faults: list[str] = []
        self.ids: Counter[str] = Counter()
        self.h1 = 0
        self.lang = ""
        self.title = ""
        self.whole = False
        self._form: tuple[str, bool] | None = None  # (where, token seen) of the POST form being read
        self._in_title = False
        self._tables: list[str] = []  # the tables being read that have no name yet, "" for those that have one
        self._link: tuple[str, list[str]] | None = None  # (address, what names it) of the link being read
        self.links: dict[str, set[str]] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        where = f"<{tag}{' id=' + values['id'] if values.get('id') else ''}> ligne {self.getpos()[0]}"
        for name, value in values.items():
            if name.startswith(("on", "hx-on")):
                self.faults.append(f"gestionnaire en ligne {name} : {where}")
            if name == "style":
                self.faults.append(f"attribut style : {where}")
            if value.strip().lower().startswith("javascript:"):
                self.faults.append(f"adresse javascript: : {where}")
        if values.get("id"):
            self.ids[values["id"]] += 1
        if tag == "table":
            named = values.get("aria-label") or values.get("aria-labelledby") or values.get("role") == "presentation"
            self._tables.append("" if named else where)
        elif tag == "caption" and self._tables:
            self._tables[-1] = ""
        elif tag == "a" and values.get("href"):
            self._link = (values["href"], [values["aria-label"]] if values.get("aria-label") else [])
            self._labelled = bool(values.get("aria-label"))
        elif self._link and not self._labelled and values.get("alt"):
            self._link[1].append(values["alt"])
        if tag == "html":
            self.whole = True
            self.lang = values.get("lang", "")
        elif tag == "h1":
            self.h1 += 1
        elif tag == "title":
            self._in_title = not self.title
        elif tag == "style":
            self.faults.append(f"feuille de style en ligne : {where}")
        elif tag == "script" and "src" not in values and values.get("type", "") not in _DATA_BLOCKS:
            self.faults.append(f"script en ligne : {where}")
        elif tag == "form":
            self._form = (where, False) if values.get("method", "").lower() == "post" else None
        elif tag == "input" and self._form and values.get("name") == "csrfmiddlewaretoken" and values.get("value"):
            self._form = (self._form[0], True)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            if self._form and not self._form[1]:
                self.faults.append(f"formulaire envoyé sans jeton CSRF : {self._form[0]}")
            self._form = None
        elif tag == "title":
            self._in_title = False
        elif tag == "table" and self._tables:
            unnamed = self._tables.pop()
            if unnamed:
                self.faults.append(f"tableau sans nom : {unnamed}")
        elif tag == "a" and self._link:
            address, words = self._link
            self.links.setdefault(" ".join("".join(words).split()), set()).add(address)
            self._link = None

    def handle_data(self, data: str) -> None:
        if self._in_title:
            self.title += data
        if self._link and not self._labelled:
            self._link[1].append(data)


def page_faults(html: str) -> list[str]:
    """Return what is wrong with ``html`` (a page or a fragment), in French; empty when nothing is."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    faults = reader.faults
    if UNKNOWN_VARIABLE in html:
        at = html.index(UNKNOWN_VARIABLE)
        faults.append("variable inconnue : …" + html[max(0, at - 80) : at + 80] + "…")
    faults += [f"identifiant en double : {name}" for name, times in reader.ids.items() if times > 1]
    for name, addresses in reader.links.items():
        if len(addresses) > 1 and (len({_shape(address) for address in addresses}) > 1 or _A_GESTURE.fullmatch(name)):
            faults.append(f"liens de même nom « {name} » : {', '.join(sorted(addresses)[:3])}")
    if reader.whole:
        if not reader.lang:
            faults.append("langue de la page absente")
        if not reader.title.strip():
            faults.append("titre de la page absent")
        if reader.h1 != 1:
            faults.append(f"{reader.h1} titres h1 au lieu d’un")
    return faults


class StrictClient(Client):
    """Django's client, raising :class:`BadPage` on a page that must not be sent."""

    def request(self, **request):
        response = super().request(**request)
        path = request.get("PATH_INFO", "")
        if (
            response.status_code < 500
            and not response.streaming
            and response.headers.get("Content-Type", "").startswith("text/html")
            and not path.startswith(_NOT_OURS)
        ):
            faults = page_faults(response.content.decode(response.charset))
            if faults:
                raise BadPage(f"{path} ({response.status_code}) :\n  - " + "\n  - ".join(faults))
        return response
