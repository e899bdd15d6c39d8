"""Preparing the grid of a mission in one click: the right one for the cycle, with those who answer proposed."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from core.actor import Actor
from engagement.rendezvous.enums import EtatRendezvous, Presence
from evaluation.grilles.enums import CODES, GRILLES
from evaluation.questionnaires import services as questionnaires
from evaluation.questionnaires.models import Questionnaire, Repondant
from missions.conventions.models import Convention
from missions.conventions.prefill import beneficiaires
from missions.seances.enums import SourceSeance
from missions.seances.models import ParticipantSeance
from mobilisation.reponses.models import ReponseStructure
from projects.structures_ciblees.models import StructureCiblee

#: Beyond, they are added by hand, or answer in the room.
PROPOSES_MAX = 300


def grille_of(convention: Convention) -> Questionnaire | None:
    """The grid of the mission, when it is prepared."""
    code = GRILLES[convention.ingenierie.cycle]
    return Questionnaire.objects.filter(convention=convention, code=code, mois=None).first()


@transaction.atomic
def prepare_grille(convention: Convention, *, actor: Actor) -> Questionnaire:
    """Prepare the grid of the mission, or return the one that is there; who answers is proposed.

    Raises ``NotAllowed``, ``InvalidInput``.
    """
    found = grille_of(convention)
    if found is not None:
        return found
    ingenierie = convention.ingenierie
    return questionnaires.prepare(ingenierie, GRILLES[ingenierie.cycle], actor, convention=convention)


def participants_of(questionnaire: Questionnaire) -> list[Repondant]:
    """The participants proposed: those who came to the séances, else those whom the structure announced, else its
    contact. Only for a grid."""
    convention = questionnaire.convention
    if convention is None or questionnaire.code not in CODES:
        return []
    targeted = beneficiaires(convention.ingenierie)
    people = _who_came(convention)
    seen = {values["structure"] for values in people}
    announced = {row.structure_ciblee_id: row for row in ReponseStructure.objects.filter(structure_ciblee__in=targeted)}
    for row in targeted:
        if row not in seen:
            people += _announced(row, announced.get(row.pk))
    known: set[str] = set()
    for values in people:
        # One address answers once: two people who share one are told apart by hand.
        email = values.get("email", "").casefold()
        if email in known:
            values["email"] = ""
        known.add(email)
    return [Repondant(**values) for values in people[:PROPOSES_MAX]]


def _contact(row: StructureCiblee) -> dict[str, Any]:
    sheet = row.structure
    return {
        "structure": row,
        "organisme": str(sheet)[:200],
        "nom": sheet.contact_name,
        "fonction": sheet.contact_function,
        "email": sheet.contact_email,
    }


def _announced(row: StructureCiblee, answer: ReponseStructure | None) -> list[dict[str, Any]]:
    """One line a participant announced (by function, without a name); the contact of the structure else."""
    if answer is None or not answer.participants:
        return [_contact(row)]
    told = []
    for line in answer.participants:
        for _ in range(int(line.get("nombre") or 1)):
            told.append(
                {
                    "structure": row,
                    "organisme": str(row.structure)[:200],
                    "fonction": str(line.get("fonction") or "")[:160],
                }
            )
    return told


def _who_came(convention: Convention) -> list[dict[str, Any]]:
    """The people of the structures expected at the séances of the mission, each once, but for those who never came."""
    rows = (
        ParticipantSeance.objects.filter(seance__convention=convention, source=SourceSeance.STRUCTURE, retire_le=None)
        .exclude(seance__state=EtatRendezvous.ANNULEE)
        .exclude(presence__in=(Presence.ABSENT, Presence.EXCUSE))
        .select_related("structure__structure")
        .order_by("pk")
    )
    found: dict[tuple[str, ...], dict[str, Any]] = {}
    for row in rows:
        key = (row.email.casefold(),) if row.email else (row.personne.casefold(), row.organisme.casefold())
        found.setdefault(
            key,
            {
                "structure": row.structure,
                "organisme": row.organisme or (str(row.structure) if row.structure else ""),
                "nom": row.personne[:120],
                "fonction": row.fonction,
                "email": row.email,
            },
        )
    return list(found.values())
