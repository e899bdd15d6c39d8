"""Every page that axe looks at: who reads it, and how its address is found in the demonstration data.

Add a line with each new page: a test refuses a route that is neither here nor in ``NOT_PAGES``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse

ANONYME = "anonyme"


@dataclass(frozen=True)
class Visit:
    """One page to visit as ``role``. ``kwargs`` gets the world (tests/browser/world.py) and returns the parts of the
    address."""

    role: str
    route: str
    kwargs: Callable[[Any], dict] = field(default=lambda world: {})
    query: str = ""

    def __str__(self) -> str:
        return f"{self.role}-{self.route}{self.query}"

    def path(self, world: Any) -> str:
        return reverse(self.route, kwargs=self.kwargs(world)) + self.query


def _project(world: Any) -> dict:
    return {"pk": world.project.pk}


def _one(label: str, role: str = "charge_mission") -> Callable[[Any], dict]:
    """The first object of a model that this person may see."""
    return lambda world: {"pk": world.first(label, role).pk}


def _own_organisation(role: str) -> Callable[[Any], dict]:
    return lambda world: {"pk": world.user(role).active_membership.organisation_id}


def _in_project(name: str, label: str, **filters: Any) -> Callable[[Any], dict]:
    """The ingénierie and one of its objects, under ``name`` in the address."""
    return lambda world: {
        "pk": world.project.pk,
        name: world.first(label, ingenierie=world.project, **filters).pk,
    }


PAGES: list[Visit] = [
    # --- Everybody
    Visit(ANONYME, "account_login"),
    Visit(ANONYME, "account_request_login_code"),
    Visit(ANONYME, "account_reset_password"),
    Visit(ANONYME, "account_reset_password_done"),
    Visit(ANONYME, "account_reset_password_from_key_done"),
    Visit(ANONYME, "account_reset_password_from_key", lambda world: {"uidb36": "1", "key": "perime-x"}),
    Visit(ANONYME, "account_inactive"),
    Visit(ANONYME, "account_signup"),
    Visit(ANONYME, "core:mentions_legales"),
    Visit(ANONYME, "core:donnees_personnelles"),
    Visit(ANONYME, "core:accessibilite"),
    # --- The person
    Visit("charge_mission", "accounts:profil"),
    Visit("charge_mission", "accounts:organisations"),
    Visit("charge_mission", "account_logout"),
    Visit("charge_mission", "account_email"),
    Visit("charge_mission", "account_change_password"),
    Visit("charge_mission", "mfa_index"),
    # --- The organisation
    Visit("charge_mission", "accounts:organisation", _own_organisation("charge_mission")),
    Visit("responsable", "accounts:organisation", _own_organisation("responsable")),
    Visit("responsable", "accounts:organisation_update", _own_organisation("responsable")),
    Visit("responsable", "accounts:organisation_journal", _own_organisation("responsable")),
    Visit("responsable", "accounts:invite", _own_organisation("responsable")),
    # --- The operator
    Visit("administrateur", "core:exploitation"),
    Visit("administrateur", "core:exploitation", query="?vue=courriers&etat=envoye"),
    # --- Accueil, per role
    Visit("charge_mission", "portal:accueil"),
    Visit("responsable", "portal:accueil"),
    Visit("lecture", "portal:accueil"),
    Visit("c2ra", "portal:accueil"),
    Visit("cnar", "portal:accueil"),
    Visit("avise", "portal:accueil"),
    Visit("nouveau", "portal:accueil"),
    Visit("sans_organisation", "portal:accueil"),
    # --- Structures, partners
    Visit("charge_mission", "structures:liste"),
    Visit("nouveau", "structures:liste"),
    Visit("charge_mission", "structures:nouvelle"),
    Visit("charge_mission", "structures:detail", _one("structures.Structure")),
    Visit("charge_mission", "structures:modifier", _one("structures.Structure")),
    Visit("charge_mission", "structures:retirer", _one("structures.Structure")),
    Visit("charge_mission", "structures:journal", _one("structures.Structure")),
    Visit("charge_mission", "directory:liste"),
    Visit("nouveau", "directory:liste"),
    Visit("charge_mission", "directory:nouveau"),
    Visit("charge_mission", "directory:detail", _one("directory.Partenaire")),
    Visit("charge_mission", "directory:modifier", _one("directory.Partenaire")),
    Visit("charge_mission", "directory:retirer", _one("directory.Partenaire")),
    Visit("charge_mission", "directory:journal", _one("directory.Partenaire")),
    # --- Ingénieries
    Visit("charge_mission", "projects:list"),
    Visit("c2ra", "projects:list"),
    Visit("nouveau", "projects:list"),
    Visit("charge_mission", "projects:kanban"),
    Visit("charge_mission", "projects:create"),
    Visit("charge_mission", "projects:detail", _project),
    Visit("c2ra", "projects:detail", lambda world: {"pk": world.first("projects.Ingenierie", "c2ra").pk}),
    Visit("charge_mission", "projects:resume", _project),
    Visit("charge_mission", "projects:identite", _project),
    Visit("charge_mission", "projects:problematique", _project),
    Visit("charge_mission", "projects:ciblage", _project),
    Visit("charge_mission", "projects:role_dla", _project),
    Visit("charge_mission", "projects:type", _project),
    Visit("charge_mission", "projects:demarche", _project),
    Visit("charge_mission", "projects:item", _in_project("item", "projects.ChecklistItem")),
    Visit("charge_mission", "projects:structures", _project),
    Visit("c2ra", "projects:structures", lambda world: {"pk": world.first("projects.Ingenierie", "c2ra").pk}),
    Visit("charge_mission", "projects:structures_add", _project),
    Visit("charge_mission", "projects:structures_new", _project),
    Visit("charge_mission", "projects:structure", _in_project("ciblee", "projects.StructureCiblee")),
    Visit("charge_mission", "projects:structure_edit", _in_project("ciblee", "projects.StructureCiblee")),
    Visit("charge_mission", "projects:etape", _project),
    Visit("charge_mission", "projects:journal", _project),
]

#: Routes that have no page of their own to look at, and why.
NOT_PAGES: dict[str, str] = {
    "accounts:invitation": "the link of an invitation, in each of its states: tests of accounts",
    "accounts:member_handover": "a leaver: tests of accounts",
    "healthz": "JSON",
    "readyz": "JSON",
    "core:job_detail": "a job waits, runs, ends: tests of operations",
    "core:mail_detail": "a mail that failed: tests of operations",
    "mfa_download_recovery_codes": "a text file",
    "account_confirm_login_code": "after a code was asked for: tests of signing in",
    "account_email_verification_sent": "after an address was given: tests of signing in",
    "account_reauthenticate": "only after a while: tests of signing in",
    "account_set_password": "only for who has no password: tests of signing in",
    "mfa_authenticate": "between password and session: tests of signing in",
    "mfa_reauthenticate": "only after a while: tests of signing in",
    "mfa_activate_totp": "asks for the password again first: tests of signing in",
    "mfa_deactivate_totp": "with an active second factor: tests of signing in",
    "mfa_view_recovery_codes": "with an active second factor: tests of signing in",
    "mfa_generate_recovery_codes": "with an active second factor: tests of signing in",
}
