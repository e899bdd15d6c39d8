"""Who is asked: those already known, those added by hand; written to, and written to again of what remains."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from accounts import services as accounts
from accounts.models import Grant
from accounts.services.links import EXPIRE, OUVERT, status_of
from core import clock, journal
from core.actor import Actor
from core.contacts import addresses
from core.editing import apply_changes, checked, create, lock, remove
from core.errors import InvalidInput, NotAllowed
from engagement.partenaires.models import PartenaireProjet
from evaluation.questionnaires.contenu import definition_of
from evaluation.questionnaires.definitions import RepondantPrevu
from evaluation.questionnaires.enums import EtatRepondant, SorteRepondant, Voie
from evaluation.questionnaires.models import Questionnaire, Repondant
from evaluation.questionnaires.permissions import why_not_write
from evaluation.questionnaires.registry import PROPOSES
from missions.conventions.models import Convention
from projects.enums import EtatMobilisation
from projects.ingenierie.models import Ingenierie
from projects.ingenierie.services import touch
from projects.structures_ciblees.models import StructureCiblee

journal.register_verbs(
    {
        "evaluation.repondant": "a ajouté quelqu’un à qui poser un questionnaire",
        "evaluation.repondant_modifie": "a modifié à qui un questionnaire est posé",
        "evaluation.repondant_retire": "a retiré quelqu’un à qui un questionnaire était posé",
    }
)

#: Code of the purpose of the links (``accounts.links``).
LIEN = "evaluation"
#: Nobody is written to twice within this time.
DELAI = dt.timedelta(days=3)
#: Written to by one click, at most.
MAX_AT_ONCE = 300
#: What the team types of somebody it asks.
TYPED = ("sorte", "structure", "partenaire", "organisme", "nom", "fonction", "email")
#: Kinds of a partner of the ingénierie, by its ``genre``.
PARTENAIRES = (SorteRepondant.C2RA, SorteRepondant.CNAR, SorteRepondant.PRESTATAIRE, SorteRepondant.AUTRE)


def _allow(questionnaire: Questionnaire, actor: Actor) -> None:
    if refusal := why_not_write(actor, questionnaire):
        raise NotAllowed(refusal)


def _known(questionnaire: Questionnaire, prevu: RepondantPrevu) -> list[Repondant]:
    """Those whom the dossier already knows of this kind, not saved."""
    ingenierie = questionnaire.ingenierie
    if prevu.code in (SorteRepondant.CHARGE_MISSION, SorteRepondant.DLA):
        return [Repondant(organisme=str(ingenierie.pilote)[:200])]
    if prevu.code == SorteRepondant.STRUCTURE:
        rows = ingenierie.structures_ciblees.filter(state=EtatMobilisation.CONFIRMEE) | (
            ingenierie.structures_ciblees.filter(seule=True)
        )
        found = []
        for row in rows.select_related("structure").prefetch_related("structure__contacts"):
            nom, email = next(iter(addresses(row.structure)), ("", ""))
            found.append(Repondant(structure=row, organisme=str(row.structure)[:200], nom=nom[:120], email=email))
        return found
    if prevu.code == SorteRepondant.PRESTATAIRE and Voie.ESPACE in prevu.voies:
        missions = Convention.objects.signed().standing().filter(ingenierie=ingenierie)
        if questionnaire.convention_id:
            missions = missions.filter(pk=questionnaire.convention_id)
        missions = list(missions.select_related("choix__prestataire"))
        of_missions = [
            Repondant(convention=mission, organisme=str(mission.choix.prestataire)[:200]) for mission in missions
        ]
        if questionnaire.convention_id or not prevu.plusieurs:
            return of_missions
        theirs = [mission.choix.prestataire_id for mission in missions]
        return [*of_missions, *_partners(ingenierie, prevu.code, but=theirs)]
    if prevu.code in PARTENAIRES:
        return _partners(ingenierie, prevu.code)
    proposed = PROPOSES.get(prevu.code)
    return list(proposed(questionnaire)) if proposed else []


def _partners(ingenierie: Ingenierie, genre: str, but: Iterable[int] = ()) -> list[Repondant]:
    """The partners of this kind, save the prestataires ``but``, who answer for their mission."""
    partners = PartenaireProjet.objects.filter(ingenierie=ingenierie, genre=genre).exclude(prestataire__in=list(but))
    found = []
    for row in partners.select_related("partenaire").prefetch_related("partenaire__contacts"):
        nom, email = next(iter(addresses(row.partenaire)), ("", ""))
        found.append(Repondant(partenaire=row, organisme=str(row.partenaire)[:200], nom=nom[:120], email=email))
    return found


@transaction.atomic
def add_known(questionnaire: Questionnaire, actor: Actor) -> list[Repondant]:
    """Add whoever the dossier knows and that is not asked yet: the structures confirmed, the prestataire of each
    mission, the partners by kind, the team. Raises ``NotAllowed``."""
    _allow(questionnaire, actor)
    lock(questionnaire)
    there = {
        (row.sorte, row.structure_id, row.partenaire_id, row.convention_id) for row in questionnaire.repondants.all()
    }
    added = []
    definition = definition_of(questionnaire)
    for prevu in definition.repondants:
        if prevu.code not in definition.asked:
            continue  # all its questions are put aside
        for row in _known(questionnaire, prevu):
            row.questionnaire, row.sorte = questionnaire, prevu.code
            if (row.sorte, row.structure_id, row.partenaire_id, row.convention_id) not in there:
                added.append(create(row, actor=actor, verb="evaluation.repondant", scope=questionnaire.ingenierie))
    if added:
        touch(questionnaire.ingenierie_id, ended=questionnaire.mois is not None)
    return added


def _checked(questionnaire: Questionnaire, row: Repondant, values: Mapping[str, Any]) -> dict[str, Any]:
    """``values``, and the name of the organism that the structure or the partner gives."""
    sorte = values.get("sorte", row.sorte)
    if definition_of(questionnaire).repondant(sorte) is None:
        raise InvalidInput("Ce questionnaire n’est pas posé à cette sorte de répondants.")
    structure: StructureCiblee | None = values.get("structure")
    partenaire: PartenaireProjet | None = values.get("partenaire")
    for found in (structure, partenaire):
        if found is not None and found.ingenierie_id != questionnaire.ingenierie_id:
            raise InvalidInput("Ce n’est pas de cette ingénierie.")
    told = dict(values)
    if not str(told.get("organisme") or row.organisme).strip() and (structure or partenaire):
        told["organisme"] = str(structure or partenaire.partenaire)[:200]
    if not any(str(told.get(n, getattr(row, n)) or "").strip() for n in ("organisme", "nom")):
        raise InvalidInput("Dites qui répond : sa structure, son organisme ou son nom.")
    email = str(told.get("email") or "").strip().lower()
    if email:
        told["email"] = email
        twins = questionnaire.repondants.filter(sorte=sorte, email__iexact=email).exclude(pk=row.pk)
        if twins.exists():
            raise InvalidInput("Cette adresse répond déjà à ce questionnaire.")
    return checked(row, told, only=TYPED)


@transaction.atomic
def add_repondant(questionnaire: Questionnaire, values: Mapping[str, Any], actor: Actor) -> Repondant:
    """Somebody more to ask (:data:`TYPED`). Raises ``NotAllowed``, ``InvalidInput``."""
    _allow(questionnaire, actor)
    locked = lock(questionnaire)
    if locked.state in ("clos", "termine"):
        raise NotAllowed("Les réponses sont closes : rouvrez le questionnaire pour y ajouter quelqu’un.")
    row = Repondant(questionnaire=questionnaire)
    for name, value in _checked(questionnaire, row, values).items():
        setattr(row, name, value)
    create(row, actor=actor, verb="evaluation.repondant", scope=questionnaire.ingenierie)
    touch(questionnaire.ingenierie_id, ended=questionnaire.mois is not None)
    return row


@transaction.atomic
def update_repondant(repondant: Repondant, values: Mapping[str, Any], actor: Actor, version: int | None) -> Repondant:
    """Who it is, at which address. Raises ``NotAllowed`` once it has answered, ``InvalidInput``, ``EditConflict``."""
    questionnaire = repondant.questionnaire
    _allow(questionnaire, actor)
    lock(questionnaire)
    if lock(repondant, version).state == EtatRepondant.REPONDU:
        raise NotAllowed("Sa réponse est arrivée : elle reste telle qu’elle a été donnée.")
    told = _checked(questionnaire, repondant, values)
    _revoke_others(repondant, told.get("email", repondant.email), actor)
    fresh = apply_changes(
        repondant, told, actor=actor, verb="evaluation.repondant_modifie",
        expected_version=version, scope=questionnaire.ingenierie,
    )  # fmt: skip
    touch(questionnaire.ingenierie_id, ended=questionnaire.mois is not None)
    return fresh


def _revoke_others(row: Repondant, email: str, actor: Actor) -> None:
    """The address was corrected: the link that left to the former one does not read any more."""
    for grant in Grant.objects.of(row, LIEN).exclude(recipient_email__iexact=email):
        if status_of(grant) in (OUVERT, EXPIRE):
            accounts.revoke_link(grant, actor=actor)


@transaction.atomic
def remove_repondant(repondant: Repondant, actor: Actor, version: int | None = None) -> None:
    """Not asked any more; its link does not open any more. Raises ``NotAllowed`` once it has answered, even in part."""
    questionnaire = repondant.questionnaire
    _allow(questionnaire, actor)
    lock(questionnaire)
    locked = lock(repondant, version, typed=False)
    if locked.state != EtatRepondant.ATTENDU:
        raise NotAllowed("Une réponse a été donnée ou commencée : elle ne se retire pas.")
    remove(locked, actor=actor, verb="evaluation.repondant_retire", scope=questionnaire.ingenierie)
    touch(questionnaire.ingenierie_id, ended=questionnaire.mois is not None)


# --- Asking ---------------------------------------------------------------------------------------------------------


@dataclass
class Sollicites:
    """What came of asking several people: written to; written to less than :data:`DELAI` ago; that have answered;
    without any address, or that do not answer by link; whose link was revoked."""

    done: list[Repondant] = field(default_factory=list)
    recent: list[Repondant] = field(default_factory=list)
    complete: list[Repondant] = field(default_factory=list)
    unreachable: list[Repondant] = field(default_factory=list)
    left: list[Repondant] = field(default_factory=list)


def remaining(questionnaire: Questionnaire) -> QuerySet[Repondant]:
    """Those asked who have not sent their answer."""
    return questionnaire.repondants.exclude(state=EtatRepondant.REPONDU)


@transaction.atomic
def ask(repondants: Iterable[Repondant], actor: Actor) -> Sollicites:
    """Send its personal link to each, or send it again, only to those who have not answered. They are of one
    questionnaire. Raises ``NotAllowed``, ``InvalidInput`` (nobody, too many, not open)."""
    rows = sorted(repondants, key=lambda row: row.pk)
    if not rows:
        raise InvalidInput("Cochez au moins une personne.")
    if len(rows) > MAX_AT_ONCE:
        raise InvalidInput(f"Cochez {MAX_AT_ONCE} personnes au plus à la fois.")
    questionnaire = rows[0].questionnaire
    if any(row.questionnaire_id != questionnaire.pk for row in rows):
        raise InvalidInput("Ces personnes ne répondent pas au même questionnaire.")
    _allow(questionnaire, actor)
    locked = lock(questionnaire)
    if not locked.is_open:
        raise InvalidInput("Ouvrez d’abord le questionnaire aux réponses.")
    definition = definition_of(questionnaire)
    grants: dict[int, list[Grant]] = {}
    for grant in Grant.objects.filter(
        purpose=LIEN, object_type=Repondant._meta.label_lower, object_id__in=[row.pk for row in rows]
    ).order_by("-sent_at", "pk"):
        grants.setdefault(grant.object_id, []).append(grant)
    found = Sollicites()
    for row in rows:
        row.questionnaire = questionnaire
        prevu = definition.repondant(row.sorte)
        _ask(row, prevu is not None and Voie.LIEN in prevu.voies, grants.get(row.pk, []), found, actor)
    return found


def _ask(row: Repondant, by_link: bool, grants: list[Grant], found: Sollicites, actor: Actor) -> None:
    live = [g for g in grants if status_of(g) in (OUVERT, EXPIRE) and g.recipient_email == row.email]
    if row.has_answered:
        found.complete.append(row)
    elif not by_link or not row.email:
        found.unreachable.append(row)
    elif live and clock.now() - live[0].sent_at < DELAI:
        found.recent.append(row)
    elif live:
        accounts.resend_link(live[0], actor=actor)
        found.done.append(row)
    elif any(g.recipient_email == row.email for g in grants):
        found.left.append(row)
    else:
        accounts.send_link(LIEN, row, name=row.nom or str(row)[:120], email=row.email, actor=actor)
        found.done.append(row)


def remind(questionnaire: Questionnaire, actor: Actor) -> Sollicites:
    """Write to everybody who has not answered. Raises as :func:`ask`."""
    return ask(list(remaining(questionnaire).select_related("questionnaire__ingenierie__pilote")), actor)


def note_sending(row: Repondant, ended: bool) -> None:
    """A link left, or was revoked (``ended``): in the transaction of the sending."""
    if not ended:
        Repondant.objects.filter(pk=row.pk).update(sollicite_at=clock.now())
    touch(row.questionnaire.ingenierie_id, ended=ended or row.questionnaire.mois is not None)
