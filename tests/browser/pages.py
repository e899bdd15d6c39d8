"""Every page that axe looks at: who reads it, and how its address is found in the demonstration data.

Add a line with each new page. ``tests/browser/test_pages_axe.py`` also checks that no route is forgotten: a route is
listed here by its name, or in ``NOT_PAGES`` with the reason why it has no page of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse

ANONYME = "anonyme"


@dataclass(frozen=True)
class Visit:
    """One page to visit. ``kwargs`` gets the world (tests/browser/world.py) and returns the parts of the address."""

    role: str
    route: str
    kwargs: Callable[[Any], dict] = field(default=lambda world: {})
    query: str = ""

    def __str__(self) -> str:
        return f"{self.role}-{self.route}{self.query}"

    def path(self, world: Any) -> str:
        return reverse(self.route, kwargs=self.kwargs(world)) + self.query


PAGES: list[Visit] = [
    # --- Everybody
    Visit(ANONYME, "account_login"),
    Visit(ANONYME, "account_request_login_code"),
    Visit(ANONYME, "account_reset_password"),
    Visit(ANONYME, "core:mentions_legales"),
    Visit(ANONYME, "core:donnees_personnelles"),
    Visit(ANONYME, "core:accessibilite"),
    # --- The person
    Visit("charge_mission", "accounts:profil"),
    Visit("charge_mission", "accounts:organisations"),
    # --- Accueil, per role
    Visit("charge_mission", "portal:accueil"),
    Visit("c2ra", "portal:accueil"),
    Visit("avise", "portal:accueil"),
    Visit("nouveau", "portal:accueil"),
]
