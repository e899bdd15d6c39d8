"""Addresses that a request gives and that one is sent back to."""

from __future__ import annotations

from typing import Any

from django.utils.http import url_has_allowed_host_and_scheme


def path_of_ours(url: Any, default: str = "") -> str:
    """``url`` when it is a path of this site, as Django judges it (tabs and backslashes included), else ``default``."""
    ours = isinstance(url, str) and url.startswith("/") and url_has_allowed_host_and_scheme(url, allowed_hosts=None)
    return url if ours else default
