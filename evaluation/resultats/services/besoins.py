"""From an answer to a need: inscribed in the diagnostic of a structure, where the radar finds it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from core import journal
from core.actor import Actor
from core.editing import create, lock
from core.errors import InvalidInput, NotAllowed
from evaluation.questionnaires.enums import EtatRepondant
from evaluation.questionnaires.models import Questionnaire, Reponse
from evaluation.resultats.enums import DISENT_UN_BESOIN
from evaluation.resultats.models import BesoinReleve
from projects.ingenierie.permissions import why_not_contribute
from projects.ingenierie.services import touch
from projects.structures_ciblees.models import StructureCiblee
from structures.annuaire.models import Structure
from structures.diagnostics import services as diagnostics
from structures.diagnostics.enums import EtatDiagnostic
from structures.diagnostics.models import Diagnostic
from structures.diagnostics.permissions import why_not_write

journal.register_verbs({"evaluation.besoin_releve": "a relevé un besoin dans une réponse à l’évaluation"})

#: The fields of a need that one gives.
CHAMPS = ("type_prestation", "detail", "priorite", "exprime", "identifie", "texte")


def disent_un_besoin(code: str) -> bool:
    """Does this question ask for needs?"""
    return code in DISENT_UN_BESOIN


def dit_un_besoin(reponse: Reponse, questionnaire: Questionnaire) -> bool:
    """Does this answer say one: to a question about needs, or « non » to a row of the grid of a mission?"""
    return disent_un_besoin(reponse.code) or (questionnaire.convention_id is not None and reponse.valeur == "non")


def possibles(questionnaire: Questionnaire, actor: Actor) -> list[StructureCiblee]:
    """The structures of the dossier whose diagnostics ``actor`` writes: only there may a need be inscribed."""
    rows = StructureCiblee.objects.filter(ingenierie=questionnaire.ingenierie_id, structure__is_active=True)
    rows = rows.select_related("structure__organisation")
    return [row for row in rows if why_not_write(actor, row.structure) is None]


def relever(reponse: Reponse, ciblee: StructureCiblee, values: Mapping[str, Any], *, actor: Actor) -> BesoinReleve:
    """Inscribe the need that ``reponse`` says in the diagnostic being written of ``ciblee``, or in a new one.

    The radar counts it once that diagnostic is shared with the structure. Raises ``NotAllowed`` (whoever does not keep
    the diagnostics of the structure), ``InvalidInput``.
    """
    questionnaire = reponse.repondant.questionnaire
    if refusal := why_not_contribute(actor, questionnaire.ingenierie):
        raise NotAllowed(refusal)
    if reponse.repondant.state != EtatRepondant.REPONDU or not dit_un_besoin(reponse, questionnaire):
        raise InvalidInput("Cette réponse ne dit pas un besoin.")
    if ciblee.ingenierie_id != questionnaire.ingenierie_id:
        raise InvalidInput("Cette structure n’est pas de l’ingénierie.")
    with transaction.atomic():
        lock(questionnaire)
        already = BesoinReleve.objects.filter(
            repondant=reponse.repondant, code=reponse.code, besoin__structure=ciblee.structure_id
        )
        if already.exists():
            raise InvalidInput("Un besoin de cette structure est déjà relevé de cette réponse.")
        diagnostic = _under_way(ciblee.structure, actor)
        besoin = diagnostics.add_besoin(
            diagnostic, {name: values[name] for name in CHAMPS if name in values}, actor=actor
        )
        row = BesoinReleve(
            questionnaire=questionnaire,
            repondant=reponse.repondant,
            code=reponse.code,
            besoin=besoin,
            par=actor.label[:200],
        )
        create(row, {}, actor=actor, verb="evaluation.besoin_releve", scope=questionnaire.ingenierie)
        touch(questionnaire.ingenierie_id, ended=True)
    return row


def _under_way(structure: Structure, actor: Actor) -> Diagnostic:
    # What was shared with a structure does not change under its eyes.
    found = Diagnostic.objects.filter(structure=structure, state=EtatDiagnostic.BROUILLON).first()
    return found or diagnostics.create_diagnostic(structure, actor=actor)
