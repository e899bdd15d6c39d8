"""The main menu: each floor adds its entries; an entry shows to those who may use it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from core.actor import Actor
from core.registry import Registry


@dataclass(frozen=True)
class MenuEntry:
    """One entry: label, icon (Bootstrap icon name), route name, who sees it."""

    label: str
    icon: str
    route: str
    visible: Callable[[Actor], bool]


@dataclass(frozen=True)
class PublicLink:
    """A page for anybody, told at the foot of the pages of who is not signed in, when ``available()``."""

    label: str
    route: str
    available: Callable[[], bool]


#: What anybody may visit (asked at each page of a visitor: one query each, at most).
PUBLIC_LINKS: Registry[PublicLink] = Registry("pages publiques")
MENU: Registry[MenuEntry] = Registry("menu")
