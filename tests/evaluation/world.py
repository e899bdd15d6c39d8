"""A mission that is evaluated, with people of each side: what the tests of the evaluation share.

``monde()`` costs a signed convention: make it once a module (``shared``) and copy what it gives.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from accounts import services as accounts
from accounts.enums import Role
from accounts.models import Grant, User
from consultations.cahier import services as cahiers
from consultations.cahier.content import build
from consultations.cahier.models import CahierDesCharges, VersionDiffusee
from core.actor import Actor
from core.canonical import canonical
from evaluation.questionnaires import services
from evaluation.questionnaires.definitions import DEFINITIONS, Definition, lire
from evaluation.questionnaires.models import Questionnaire, Repondant
from missions.conventions.models import Convention
from projects.ingenierie.models import Ingenierie
from projects.structures_ciblees.models import StructureCiblee
from tests.consultations import slot
from tests.factories import MembershipFactory, StructureFactory
from tests.missions import mission

ESSAI = Path(__file__).parent / "questionnaires" / "essai.yaml"
SYSTEM = Actor.system("recette")
#: What the cahier expects.
RESULTATS = ("Un modèle économique partagé", "Un plan de financement par structure")


def essai() -> Definition:
    """The small definition of the tests."""
    return lire(yaml.safe_load(ESSAI.read_text(encoding="utf-8")))


@contextlib.contextmanager
def with_essai() -> Iterator[Definition]:
    """The same among the definitions, as if it were in the repository."""
    found = essai()
    DEFINITIONS[found.code] = found
    try:
        yield found
    finally:
        DEFINITIONS.pop(found.code, None)


@dataclass
class Monde:
    """A signed mission, who leads it, two structures that take part."""

    convention: Convention
    ingenierie: Ingenierie
    charge: User
    lecteur: User
    consultant: User
    structures: list[StructureCiblee]

    def actor(self, user: User) -> Actor:
        return accounts.actor_for(user)

    @property
    def equipe(self) -> Actor:
        return self.actor(self.charge)

    @property
    def prestataire(self) -> Actor:
        return Actor.for_user(self.consultant)


def confirmed(ingenierie: Ingenierie, name: str, email: str = "") -> StructureCiblee:
    """A structure that takes part."""
    structure = StructureFactory(name=name, contact_name=f"Contact {name}", contact_email=email)
    return StructureCiblee.objects.create(ingenierie=ingenierie, structure=structure, state="confirmee")


def _diffused(ingenierie: Ingenierie) -> None:
    """Its cahier, diffused with expected results: the evaluation takes them up."""
    cahier = cahiers.create_cahier(ingenierie, SYSTEM)
    CahierDesCharges.objects.filter(pk=cahier.pk).update(resultats_attendus="\n".join(RESULTATS))
    cahier.refresh_from_db()
    cahier.ingenierie = ingenierie
    VersionDiffusee(
        cahier=cahier, numero=1, contenu=canonical(build(cahier)), par="Recette", date_limite=slot.DEADLINE
    ).save()


def monde(**values) -> Monde:
    """The world: collective unless told otherwise."""
    ingenierie = mission.dossier(**values)
    _diffused(ingenierie)
    mission.chosen(ingenierie)
    convention = mission.signed(mission.to_sign(mission.complete(ingenierie)))
    charge = MembershipFactory(organisation=ingenierie.pilote, role=Role.CHARGE_MISSION).user
    lecteur = MembershipFactory(organisation=ingenierie.pilote, role=Role.LECTURE).user
    structures = [
        confirmed(ingenierie, "Les Jardins du lac", "jardins@example.org"),
        confirmed(ingenierie, "Atelier du fleuve", "atelier@example.org"),
    ]
    return Monde(
        convention=convention,
        ingenierie=Ingenierie.objects.select_related("pilote").get(pk=ingenierie.pk),
        charge=charge,
        lecteur=lecteur,
        consultant=mission.consultant(convention),
        structures=structures,
    )


def prepared(monde: Monde, code: str = "essai") -> Questionnaire:
    """A questionnaire of the mission, in preparation."""
    convention = monde.convention if DEFINITIONS[code].portee == "mission" else None
    return services.prepare(monde.ingenierie, code, SYSTEM, convention=convention)


def acted(questionnaire: Questionnaire, action: str, actor: Actor = SYSTEM, reason: str = "") -> Questionnaire:
    """One action of its life."""
    done = services.perform_action(
        questionnaire, action, actor=actor, expected_state=questionnaire.state, reason=reason
    )
    done.ingenierie, done.convention = questionnaire.ingenierie, questionnaire.convention
    return done


def opened(monde: Monde, code: str = "essai") -> Questionnaire:
    """A questionnaire of the mission that receives answers."""
    return acted(prepared(monde, code), "ouvrir")


def opened_for(convention: Convention) -> Questionnaire:
    """The same for a mission of one's own (of the demonstration), from the small definition."""
    with with_essai() as found:
        made = services.prepare(convention.ingenierie, found.code, SYSTEM, convention=convention)
    return acted(made, "ouvrir")


def repondant(questionnaire: Questionnaire, sorte: str, **values) -> Repondant:
    """The first one asked of this kind, or somebody new of this kind with these ``values``."""
    found = None if values else questionnaire.repondants.filter(sorte=sorte).first()
    found = found or services.add_repondant(questionnaire, {"sorte": sorte, **values}, SYSTEM)
    found.questionnaire = questionnaire
    return found


def link_of(row: Repondant) -> tuple[Actor, str]:
    """Its link, sent if it was not: who acts by it, and its address."""
    grant = Grant.objects.of(row, services.LIEN).first()
    if grant is None:
        services.ask([row], SYSTEM)
        grant = Grant.objects.of(row, services.LIEN).get()
    token = accounts.link_token(grant)
    return Actor(kind="link", label="Personne invitée (par lien)", grant=grant), f"/lien/{token}/"
