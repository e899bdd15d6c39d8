"""The demonstration data as the browser tests see them: people by role, and what their pages show."""

from __future__ import annotations

from functools import cached_property

from django.core.management import call_command
from django.test import Client

from accounts.enums import OrganisationKind, Role
from accounts.models import Membership, User
from tests.factories import PASSWORD, OrganisationFactory, UserFactory, member

#: role of the tests → (kind of organisation, role in it)
ROLES = {
    "charge_mission": (OrganisationKind.DLA, Role.CHARGE_MISSION),
    "responsable": (OrganisationKind.DLA, Role.RESPONSABLE),
    "lecture": (OrganisationKind.DLA, Role.LECTURE),
    "c2ra": (OrganisationKind.C2RA, None),
    "cnar": (OrganisationKind.CNAR, None),
    "avise": (OrganisationKind.AVISE, None),
}


class DemoWorld:
    """What ``load_demo`` puts in the database, plus somebody whose pages are still empty (role ``nouveau``)."""

    def __init__(self) -> None:
        self._users: dict[str, User] = {}

    @classmethod
    def load(cls) -> DemoWorld:
        call_command("load_demo", verbosity=0)
        return cls()

    def user(self, role: str) -> User:
        """The person of the demonstration who has this role, with the password of the tests."""
        if role not in self._users:
            if role == "nouveau":
                user = member(OrganisationFactory(name="DLA tout neuf"))
            elif role == "administrateur":
                user = UserFactory(administrator=True)
            else:
                kind, in_it = ROLES[role]
                found = Membership.objects.active().filter(organisation__kind=kind).order_by("pk")
                user = found.filter(role=in_it).first() if in_it else found.first()
                assert user, f"les données de démonstration n’ont personne pour le rôle {role}"
                user = user.user
            user.set_password(PASSWORD)
            user.save(update_fields=["password"])
            self._users[role] = user
        return self._users[role]

    def client(self, role: str) -> Client:
        """A client signed in as that person: to find in a page what the next one needs."""
        client = Client()
        client.force_login(self.user(role), backend="accounts.backends.AuthenticationBackend")
        return client

    @cached_property
    def project(self):
        """An ingénierie of the chargé de mission's own DLA, the one furthest in the cycle, hence the fullest."""
        return self._projects().order_by("-step_started_at", "pk").first()

    def _projects(self):
        from projects.models import Ingenierie

        organisation = self.user("charge_mission").active_membership.organisation
        return Ingenierie.objects.filter(pilot=organisation)
