"""A test client that reads every page it is given and refuses what must never be sent.

For each HTML answer below 500: no undefined template variable, no form posted without its CSRF token, nothing inline
that the content security policy would block (handlers, styles, scripts). For a whole page, also: a language, a title,
one h1, no id twice. Django's own administration is left to Django.
"""

from __future__ import annotations

from collections import Counter
from html.parser import HTMLParser

from django.test import Client

UNKNOWN_VARIABLE = "⟦variable inconnue"
_DATA_BLOCKS = {"application/json", "application/ld+json", "importmap"}
_NOT_OURS = ("/administration/",)


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

    def handle_data(self, data: str) -> None:
        if self._in_title:
            self.title += data


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
