"""What follows a filled grid: the causes found, what is told to whom, what the region reads, the plan it changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.urls import reverse

from consultations.appel.notices import recipients
from core import journal
from core.actor import Actor
from core.editing import apply_changes, create, lock
from core.errors import InvalidInput, NotAllowed, StaleState
from core.outbox import queue_mail
from core.text import shortened
from evaluation.grilles.enums import Destinataire
from evaluation.grilles.models import SuiteGrille, Transmission
from evaluation.grilles.permissions import why_not_tell, why_not_write
from evaluation.grilles.reading import Grille, LigneLue
from evaluation.questionnaires.contenu import questions_for
from evaluation.questionnaires.enums import SorteRepondant
from evaluation.questionnaires.models import Questionnaire, Repondant, Reponse
from projects.ingenierie.services import touch
from projects.structures_ciblees.models import StructureCiblee
from structures.diagnostics.permissions import can_write
from structures.plans.enums import EtatPlan
from structures.plans.models import PlanAccompagnement
from structures.plans.services import add_ligne, open_plan

journal.register_verbs(
    {
        "evaluation.causes": "a écrit les causes identifiées par l’évaluation",
        "evaluation.transmise": "a dit l’évaluation à qui elle concerne",
        "evaluation.suite": "a porté une réponse de l’évaluation au plan d’accompagnement",
    }
)
RESTITUTION = "evaluation/restitution"


@transaction.atomic
def write_causes(questionnaire: Questionnaire, texte: str, *, actor: Actor, expected_version: int | None = None):
    """Write the causes found of what did not go well. Raises ``NotAllowed``, ``EditConflict``."""
    if refusal := why_not_write(questionnaire, actor):
        raise NotAllowed(refusal)
    fresh = apply_changes(
        questionnaire,
        {"causes": texte},
        actor=actor,
        verb="evaluation.causes",
        expected_version=expected_version,
        scope=questionnaire.ingenierie,
    )
    touch(questionnaire.ingenierie_id)
    return fresh


@transaction.atomic
def tell(questionnaire: Questionnaire, destinataire: str, values: Mapping[str, Any], *, actor: Actor) -> Transmission:
    """Keep that the evaluation was given back to the prestataire (who is written to), or told to the comité de
    pilotage; ``values``: le, moyen, texte. Raises ``NotAllowed``, ``InvalidInput``.
    """
    locked = lock(questionnaire)
    locked.ingenierie = questionnaire.ingenierie
    if refusal := why_not_tell(locked, actor):
        raise NotAllowed(refusal)
    row = Transmission(questionnaire=questionnaire, destinataire=destinataire, par=actor.label[:200])
    create(row, values, actor=actor, verb="evaluation.transmise", scope=questionnaire.ingenierie)
    if destinataire == Destinataire.PRESTATAIRE:
        prestataire = questionnaire.convention.choix.prestataire_id
        for email in recipients([prestataire]).get(prestataire, []):
            queue_mail(
                RESTITUTION,
                to=email,
                context={"transmission": row.pk},
                actor=actor,
                scope=questionnaire.ingenierie,
                key=f"grille-restitution-{row.pk}-{email}",
            )
    touch(questionnaire.ingenierie_id)
    return row


# --- The plan of the structure --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class APorter:
    """An answer that may change the plan of a structure: « non » to a row, or another effect it tells of."""

    structure: StructureCiblee
    code: str
    texte: str
    dit: str
    #: Where it went already, "" else.
    url: str
    #: Why it may not be carried by this actor, "" else.
    refusal: str
    #: The first answer « non », of which a need may be made; 0 for free words.
    reponse: int = 0


def a_porter(questionnaire: Questionnaire, grille: Grille, actor: Actor) -> list[APorter]:
    """The answers that may change a plan, structure by structure, in the order of the grid: three queries."""
    rows: dict[str, LigneLue] = {row.code: row for part in grille.parties for row in part.lignes}
    structures = _structures(questionnaire)
    by_repondant = {row.pk: _structure_of(row, structures) for row in grille.repondants}
    free = {ligne.code for part in questions_for(questionnaire, "") for ligne in part.lignes if not ligne.choix}
    done = {
        (row.structure_id, row.code): reverse("structures:plan", args=[row.ligne.plan_id])
        for row in SuiteGrille.objects.filter(questionnaire=questionnaire).select_related("ligne")
    }
    said: dict[tuple[int, str], list[str]] = {}
    first_no: dict[tuple[int, str], int] = {}
    answers = Reponse.objects.filter(repondant__in=[pk for pk, s in by_repondant.items() if s]).order_by("pk")
    for answer in answers:
        told = answer.valeur == "non" or (answer.code in free and answer.texte.strip())
        if told and answer.code in rows:
            key = (by_repondant[answer.repondant_id].pk, answer.code)
            said.setdefault(key, []).append(answer.texte.strip())
            if answer.valeur == "non":
                first_no.setdefault(key, answer.pk)
    order = {code: rank for rank, code in enumerate(rows)}
    found = []
    for (structure_pk, code), texts in sorted(said.items(), key=lambda item: (order[item[0][1]], item[0][0])):
        structure = structures[structure_pk]
        found.append(
            APorter(
                structure,
                code,
                rows[code].texte,
                " · ".join(dict.fromkeys(filter(None, texts))),
                done.get((structure_pk, code), ""),
                ""
                if can_write(actor, structure.structure)
                else f"Le plan de cette structure est tenu par {structure.structure.organisation}.",
                first_no.get((structure_pk, code), 0),
            )
        )
    return found


def _structures(questionnaire: Questionnaire) -> dict[int, StructureCiblee]:
    rows = StructureCiblee.objects.filter(ingenierie=questionnaire.ingenierie_id)
    return {row.pk: row for row in rows.select_related("structure__organisation")}


def _structure_of(row: Repondant, structures: Mapping[int, StructureCiblee]) -> StructureCiblee | None:
    """Whose answer it is: its structure's; the only one, for what the chargé de mission says of an individuelle."""
    if row.structure_id:
        return structures.get(row.structure_id)
    if row.sorte in (SorteRepondant.CHARGE_MISSION, SorteRepondant.STRUCTURE):
        return next((found for found in structures.values() if found.seule), None)
    return None


@transaction.atomic
def carry(questionnaire: Questionnaire, item: APorter, *, actor: Actor) -> SuiteGrille:
    """Add a row to the plan in hand of the structure (opened when there is none), kept with the answer it comes from.

    Raises ``NotAllowed``, ``StaleState`` when it is there already.
    """
    if refusal := why_not_write(questionnaire, actor):
        raise NotAllowed(refusal)
    lock(questionnaire)
    known = SuiteGrille.objects.filter(questionnaire=questionnaire, structure=item.structure, code=item.code)
    if known.exists():
        raise StaleState("Cette réponse est déjà dans le plan de la structure.")
    structure = item.structure.structure
    plan = PlanAccompagnement.objects.filter(structure=structure, state=EtatPlan.EN_COURS).first()
    if plan is None:
        plan = open_plan(structure, actor=actor)
    origin = f"Évaluation de la mission {questionnaire.convention.titre} : {item.texte}"
    ligne = add_ligne(
        plan,
        {"difficulte": shortened(item.dit or item.texte, 2000), "cause": shortened(origin, 2000)},
        actor=actor,
    )
    suite = SuiteGrille(
        questionnaire=questionnaire, structure=item.structure, code=item.code, ligne=ligne, par=actor.label[:200]
    )
    create(suite, actor=actor, verb="evaluation.suite", scope=questionnaire.ingenierie)
    touch(questionnaire.ingenierie_id)
    return suite


def find_item(items: list[APorter], structure: int, code: str) -> APorter:
    """The answer that a button names. Raises ``InvalidInput`` when nobody answered so."""
    for item in items:
        if item.structure.pk == structure and item.code == code:
            return item
    raise InvalidInput("Cette réponse n’est plus dans la grille : rechargez la page.")
