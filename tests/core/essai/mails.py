"""Mails of the tests: their builder gives back the ids, or nothing when there is nothing left to say."""

from __future__ import annotations

from core.outbox import mail_context


@mail_context("essai/nouvelle")
def news(ids: dict) -> dict | None:
    if ids.get("sans_objet"):
        return None
    return {"name": ids.get("nom", "Camille"), "number": ids.get("n", 0), "url": "/essai/"}
