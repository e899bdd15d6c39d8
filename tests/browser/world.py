"""The demonstration data as the browser tests see them: people by role, and the objects their pages show."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.apps import apps
from django.db import models

from accounts.enums import OrganisationKind, Role
from accounts.models import Membership, User
from core.actor import Actor
from tests.factories import PASSWORD, OrganisationFactory, UserFactory, actor_of, member

#: role of the tests → (kind of organisation, role in it)
ROLES = {
    "responsable": (OrganisationKind.DLA, Role.RESPONSABLE),
    "lecture": (OrganisationKind.DLA, Role.LECTURE),
    "c2ra": (OrganisationKind.C2RA, None),
    "cnar": (OrganisationKind.CNAR, None),
    "avise": (OrganisationKind.AVISE, None),
}

#: What makes an ingénierie one that its chargé de mission may change.
_PILOTED = {
    "pilote__kind": OrganisationKind.DLA,
    "charge_mission__active_membership__organisation": models.F("pilote"),
}


class DemoWorld:
    """What ``load_demo`` put in the database.

    Roles: those above; ``charge_mission`` pilots an ingénierie far in the cycle; ``nouveau`` belongs to a DLA where all
    is still to be done, ``sans_organisation`` to none; ``administrateur`` has the whole installation.
    """

    def __init__(self) -> None:
        self._users: dict[str, User] = {}

    def user(self, role: str) -> User:
        """The person who has this role, with the password of the tests."""
        if role not in self._users:
            self._users[role] = self._with_password(self._find(role))
        return self._users[role]

    def _with_password(self, user: User) -> User:
        if not user.check_password(PASSWORD):  # setting it again would end the person's sessions
            user.set_password(PASSWORD)
            user.save(update_fields=["password"])
        return user

    def actor(self, role: str) -> Actor:
        return actor_of(self.user(role))

    def _find(self, role: str) -> User:
        if role == "charge_mission":
            return self.project.charge_mission
        if role == "nouveau":
            return member(OrganisationFactory(name="DLA tout neuf"))
        if role == "sans_organisation":
            return UserFactory()
        if role in ("candidat", "candidat_simplifie"):
            from tests.browser import appels

            return appels.person("complete" if role == "candidat" else "simplifiee")
        if role in ("candidat_lu", "retenu"):
            from tests.browser import lecture

            return lecture.person(role)
        if role == "redacteur":
            from tests.browser import remise

            return remise.person()
        if role == "consultant":
            from tests.browser import suivi

            return suivi.consultant()
        if role == "evalue":
            from tests.browser import grilles

            return grilles.person()
        if role == "questionne":
            from tests.browser import questionnaires

            return questionnaires.person()
        if role == "prestataire":
            from partners.portfolio.fiche.models.fiche import FicheVersion
            from partners.portfolio.prestataire.models import Membre

            writing = FicheVersion.objects.filter(state="a_completer").values("prestataire")
            return Membre.objects.active().filter(prestataire__in=writing).order_by("pk").first().user
        if role in ("deposant", "utilisatrice"):
            from tests.browser import usages

            return usages.person() if role == "deposant" else usages.user()
        if role == "en_mission":
            from tests.browser import seances

            return seances.person()
        if role == "depositaire":
            from tests.browser import ressources

            return ressources.person()
        if role == "administrateur":
            return UserFactory(administrator=True)
        kind, in_it = ROLES[role]
        found = Membership.objects.active().filter(organisation__kind=kind, user__active_membership=models.F("pk"))
        if in_it:
            found = found.filter(role=in_it)
        membership = found.select_related("user").order_by("pk").first()
        assert membership, f"les données de démonstration n’ont personne pour le rôle {role}"
        return membership.user

    @cached_property
    def project(self):
        """An ingénierie piloted by a DLA, in the third step, its chargé de mission acting for that DLA."""
        from projects.ingenierie.models import Ingenierie

        project = Ingenierie.objects.filter(state="confirmer", **_PILOTED).order_by("pk").first()
        assert project, "les données de démonstration n’ont aucune ingénierie de DLA à l’étape Confirmer"
        return project

    def in_any_project(self, label: str, **filters: Any) -> models.Model:
        """The first object of an ingénierie that a chargé de mission of a DLA pilots."""
        from projects.ingenierie.models import Ingenierie

        piloted = Ingenierie.objects.filter(**_PILOTED).values("pk")
        found = apps.get_model(label)._default_manager.filter(ingenierie__in=piloted, **filters).order_by("pk").first()
        assert found, f"les données de démonstration n’ont aucun {label} {filters}"
        return found

    def pilot_of(self, pk: int) -> User:
        """The chargé de mission of an ingénierie, with the password of the tests."""
        from projects.ingenierie.models import Ingenierie

        return self._with_password(Ingenierie.objects.get(pk=pk).charge_mission)

    def first(self, label: str, role: str = "charge_mission", **filters: Any) -> models.Model:
        """The first object of a model (``"structures.Structure"``) that this person may see."""
        queryset = apps.get_model(label)._default_manager.filter(**filters)
        if hasattr(queryset, "visible_to"):
            queryset = queryset.visible_to(self.actor(role))
        found = queryset.order_by("pk").first()
        assert found, f"les données de démonstration n’ont aucun {label} {filters or ''} pour {role}"
        return found
