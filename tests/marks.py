"""What a browser sends of a form without anybody typing it (core.views.marks)."""

from __future__ import annotations

import re


def mark_in(page: str) -> dict[str, str]:
    """The hidden mark of the forms of ``page``, as they post it."""
    return {"saisie": re.search(r'name="saisie" value="([^"]+)"', page).group(1)}


def mark_of(client, url: str) -> dict[str, str]:
    """The mark of the forms of the page at ``url``, opened by ``client``."""
    return mark_in(client.get(url).content.decode())
