"""A library of which something is open to everybody, and much is not."""

from __future__ import annotations

from typing import Any

from django.core.files.base import ContentFile

from accounts.models import Organisation, User
from capitalisation.bibliotheque.enums import EtatRessource, Lecteurs
from capitalisation.bibliotheque.models import Ressource
from capitalisation.usages.models import QuestionRessource
from core.actor import Actor
from core.uploads import attach
from tests.capitalisation.scene import SYSTEM, ressource

LISTE, JSON, CSV, ATOM, PLAN, SCHEMA = (
    f"/bibliotheque/{name}"
    for name in ("", "donnees.json", "donnees.csv", "flux.atom", "plan.xml", "ressources-1.schema.json")
)


def ouverte(contributeur: Organisation, **more: Any) -> Ressource:
    """A resource that everybody reads."""
    return ressource(contributeur, **{"lecteurs": Lecteurs.PUBLIC, **more})


def fermees(contributeur: Organisation) -> list[Ressource]:
    """What is near, and that a visitor does not read."""
    closed = [
        ressource(contributeur, titre=f"Fermée à {lecteurs}", lecteurs=lecteurs)
        for lecteurs in Lecteurs.values
        if lecteurs != Lecteurs.PUBLIC
    ]
    return closed + [
        ressource(contributeur, state, titre=f"Fermée car {state}", lecteurs=Lecteurs.PUBLIC)
        for state in (
            EtatRessource.BROUILLON, EtatRessource.PROPOSEE, EtatRessource.A_COMPLETER, EtatRessource.ARCHIVEE
        )
    ]  # fmt: skip


def asked(found: Ressource, user: User) -> QuestionRessource:
    """Somebody asked something of it."""
    return QuestionRessource.objects.create(
        ressource=found, user=user, de=str(user), texte="Une question entre nous, question-cachee ?"
    )


def with_file(found: Ressource, actor: Actor = SYSTEM) -> Ressource:
    """With a file to download."""
    attach(found, ContentFile(b"mode d'emploi", name="mode-d-emploi.txt"), actor=actor, scope=found)
    return found
