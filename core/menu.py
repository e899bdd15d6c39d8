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


MENU: Registry[MenuEntry] = Registry("menu")
