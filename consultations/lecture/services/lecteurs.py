"""Who reads the propositions of a call: people of the DLA, structures and members of the comité de pilotage by link."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts import services as accounts
from accounts.models import Grant, Membership, User
from consultations.appel.models import Appel, Invitation
from consultations.appel.services.base import lock_appel
from consultations.lecture.enums import Qualite
from consultations.lecture.models import Evaluateur, Grille
from consultations.lecture.permissions import (
    LEFT,
    is_opened,
    why_closed,
    why_not_evaluate,
    why_not_manage,
    why_not_type,
)
from consultations.lecture.services.grille import begin
from core import clock, journal
from core.actor import Actor
from core.editing import apply_changes, changed_meanwhile, checked, lock, remove
from core.errors import InvalidInput, NotAllowed
from core.text import typed_text
from projects.ingenierie.models import Ingenierie
from projects.ingenierie.services import touch
from projects.structures_ciblees.models import StructureCiblee

#: Code of the purpose of the links (``accounts.links``).
LIEN = "lecture-propositions"

journal.register_verbs(
    {
        "consultations.lecteur_ajoute": "a ajouté aux lecteurs des propositions",
        "consultations.lecteur_retire": "a retiré des lecteurs des propositions",
        "consultations.lecture_entretien": "a noté la rencontre d’où vient la lecture des propositions",
        "consultations.conflit_declare": "a déclaré ses conflits d’intérêts pour la lecture des propositions",
    }
)


def team_members(ingenierie: Ingenierie):
    """The people of the organisations that run ``ingenierie`` who may read its propositions: active, not read-only."""
    ids = {ingenierie.pilote_id, ingenierie.referent_id, *(o.pk for o in ingenierie.associes.all())} - {None}
    belongs = Membership.objects.active().filter(organisation__in=ids).exclude(role="lecture")
    return User.objects.filter(pk__in=belongs.values("user"), is_active=True)


def structures_of(ingenierie: Ingenierie):
    """The targeted structures in whose name somebody may read: those that neither declined nor left."""
    return StructureCiblee.objects.filter(ingenierie=ingenierie).exclude(LEFT).select_related("structure")


def _managed(appel: Appel, actor: Actor) -> Appel:
    locked = lock_appel(appel)
    refusal = why_not_manage(locked, actor)
    if refusal:
        raise NotAllowed(refusal)
    return locked


@transaction.atomic
def add_dla(appel: Appel, user: User, *, actor: Actor) -> Evaluateur:
    """Somebody of the organisations that run the ingénierie reads; the grid begins if need be.

    Raises ``NotAllowed``; ``InvalidInput`` when she is of none of them, or reads already.
    """
    locked = _managed(appel, actor)
    belongs = (
        Membership.objects.active()
        .filter(user=user, user__in=team_members(locked.ingenierie).values("pk"))
        .select_related("organisation")
    )
    ids = {locked.ingenierie.pilote_id, locked.ingenierie.referent_id}
    ids |= {o.pk for o in locked.ingenierie.associes.all()}
    membership = next((m for m in belongs if m.organisation_id in ids), None)
    if membership is None:
        raise InvalidInput("Choisissez une personne des organisations qui conduisent cette ingénierie.")
    row = Evaluateur(
        grille=begin(locked, actor=actor),
        qualite=Qualite.DLA,
        user=user,
        organisme=str(membership.organisation)[:200],
    )
    return _added(row, locked, actor)


@transaction.atomic
def add_by_link(appel: Appel, qualite: str, values: Mapping[str, Any], *, actor: Actor) -> Evaluateur:
    """A structure (``structure_ciblee``) or a member of the comité de pilotage (``organisme``) reads, by a personal
    link sent to ``email`` once the propositions are opened; ``nom`` is whom it is addressed to. Without an address,
    what it says in a meeting is typed for it (:func:`note_entretien`).

    Raises ``NotAllowed``, ``InvalidInput`` (unknown structure, wrong or known address).
    """
    locked = _managed(appel, actor)
    structure = values.get("structure_ciblee")
    if qualite == Qualite.STRUCTURE:
        if structure is None or not structures_of(locked.ingenierie).filter(pk=structure.pk).exists():
            raise InvalidInput("Choisissez une structure de cette ingénierie, qui n’a ni décliné ni été retirée.")
        organisme = str(structure)
    elif qualite == Qualite.COPIL:
        structure, organisme = None, typed_text(values.get("organisme", ""), limit=200)
        if not organisme:
            raise InvalidInput("Dites au titre de quel organisme cette personne lit.")
    else:
        raise InvalidInput("Une structure ou un membre du comité de pilotage : choisissez.")
    nom, email = typed_text(values.get("nom", ""), limit=120), (values.get("email") or "").strip().lower()
    if email and not nom:
        raise InvalidInput("Indiquez le nom de la personne : le lien lui est personnel.")
    row = Evaluateur(
        grille=begin(locked, actor=actor),
        qualite=qualite,
        structure_ciblee=structure,
        organisme=organisme[:200],
        nom=nom,
        email=email,
    )
    added = _added(row, locked, actor)
    if is_opened(locked):
        send(added, actor=actor)
    return added


def _added(row: Evaluateur, appel: Appel, actor: Actor) -> Evaluateur:
    checked(row, {})  # its constraints, in words
    told = {"qualite": (None, row.qualite), "organisme": (None, row.organisme)}
    row.save(force_insert=True)
    journal.record(actor, "consultations.lecteur_ajoute", row, scope=appel.ingenierie, changes=told)
    touch(appel.ingenierie_id)
    return row


def send(evaluateur: Evaluateur, *, actor: Actor) -> Grant | None:
    """Send the link of an evaluator, unless it left already or she has no address; in a transaction. Raises
    ``NotAllowed``, ``InvalidInput``."""
    if not evaluateur.email or Grant.objects.of(evaluateur, LIEN).filter(revoked_at=None).exists():
        return None
    return accounts.send_link(LIEN, evaluateur, name=evaluateur.nom, email=evaluateur.email, actor=actor)


@transaction.atomic
def send_links(appel: Appel, *, actor: Actor) -> int:
    """Send their link to all those who read by link and have none yet; returns how many left. Raises ``NotAllowed``."""
    locked = _managed(appel, actor)
    if closed := why_closed(locked):
        raise InvalidInput(closed)
    rows = Evaluateur.objects.filter(grille__appel=locked).exclude(qualite=Qualite.DLA).select_related("grille")
    count = 0
    for row in rows:
        row.grille.appel = locked
        count += send(row, actor=actor) is not None
    touch(locked.ingenierie_id)
    return count


@transaction.atomic
def remove_evaluateur(evaluateur: Evaluateur, *, actor: Actor) -> None:
    """Somebody will not read after all: only as long as she wrote nothing.

    Raises ``NotAllowed``; ``InvalidInput`` once she has saved something, which then stays with the consultation.
    """
    appel = _managed(evaluateur.grille.appel, actor)
    locked = lock(evaluateur)
    locked.grille.appel = appel
    if locked.lectures.exists():
        raise InvalidInput(f"{locked} a déjà enregistré une lecture : elle reste au dossier de la consultation.")
    for grant in Grant.objects.of(locked, LIEN).filter(revoked_at=None):
        accounts.revoke_link(grant, actor=actor)
    remove(locked, actor=actor, verb="consultations.lecteur_retire", scope=appel.ingenierie)
    touch(appel.ingenierie_id)


@transaction.atomic
def note_entretien(
    evaluateur: Evaluateur, le: dt.date, avec: str, *, actor: Actor, expected_version: int | None = None
) -> Evaluateur:
    """A structure, or a member of the comité de pilotage, said what it thinks of the propositions on ``le``, by the
    voice of ``avec``: ``actor`` may type it from then on.

    Raises ``NotAllowed`` (not the pilot, its own reading not finished, written by link already), ``InvalidInput``
    (nobody named, a day to come or before the opening), ``EditConflict``.
    """
    appel = lock_appel(evaluateur.grille.appel)
    locked = lock(evaluateur, expected_version)
    locked.grille, locked.grille.appel = evaluateur.grille, appel
    refusal = why_not_type(locked, actor)
    if refusal:
        raise NotAllowed(refusal)
    avec = typed_text(avec, limit=200)
    if not avec:
        raise InvalidInput("Dites qui a parlé pour elle : une personne, ou le conseil d’administration.")
    if le > clock.today():
        raise InvalidInput("Cette rencontre est dans le futur.")
    opening = getattr(appel, "ouverture", None)
    if opening is not None and le < timezone.localdate(opening.at):
        raise InvalidInput("Cette rencontre précède l’ouverture des propositions : personne ne les avait lues.")
    return apply_changes(
        locked,
        {"entretien_le": le, "entretien_avec": avec, "entretien_note_par": actor.label[:200]},
        actor=actor,
        verb="consultations.lecture_entretien",
        expected_version=None,
        scope=appel.ingenierie,
    )


# --- Acting as an evaluator -----------------------------------------------------------------------------------------


def acting(evaluateur: Evaluateur, actor: Actor) -> tuple[Evaluateur, Appel]:
    """The evaluator, locked, in whose name ``actor`` writes now, and the call. In a transaction.

    Raises ``NotAllowed`` (somebody else, another link, nothing to read), ``LinkClosed``.
    """
    grille: Grille = evaluateur.grille
    refusal = why_not_evaluate(evaluateur, actor)
    if refusal:
        raise NotAllowed(refusal)
    appel = lock_appel(grille.appel)
    if evaluateur.by_link and actor.kind == "link":
        accounts.take(actor, LIEN, evaluateur)
    if closed := why_closed(appel):
        raise NotAllowed(closed)
    locked = lock(evaluateur)
    locked.grille = grille
    grille.appel = appel
    return locked, appel


@transaction.atomic
def declare(
    evaluateur: Evaluateur,
    *,
    conflit: bool,
    recusees: Collection[Invitation] = (),
    mot: str = "",
    actor: Actor,
    expected_version: int | None = None,
) -> Evaluateur:
    """Say, before reading, whether one has a conflict of interest: the candidates of ``recusees`` are then neither
    read nor appreciated by this evaluator; what she had written of them is taken away.

    Raises ``NotAllowed``, ``LinkClosed``, ``InvalidInput`` (a conflict with nobody), ``EditConflict``.
    """
    locked, appel = acting(evaluateur, actor)
    if expected_version is not None and locked.version != expected_version:
        raise changed_meanwhile(locked, journal.entries_since(locked, expected_version))
    mot = typed_text(mot, limit=2000)
    if any(i.appel_id != appel.pk for i in recusees):
        raise InvalidInput("Choisissez parmi les candidats de cet appel.")
    if conflit and not recusees:
        raise InvalidInput("Cochez le ou les candidats avec qui vous avez un conflit d’intérêts.")
    if not conflit and recusees:
        raise InvalidInput(
            "Vous avez coché des candidats : dites que vous avez un conflit d’intérêts, ou décochez-les."
        )
    before = sorted(str(i.prestataire) for i in locked.recusees.select_related("prestataire"))
    after = sorted(str(i.prestataire) for i in recusees)
    was = locked.conflit
    locked.conflit, locked.conflit_mot, locked.declare_at = conflit, mot, clock.now()
    locked.version += 1
    locked.save()
    locked.recusees.set(recusees)
    locked.lectures.filter(invitation__in=list(recusees)).delete()
    journal.record(
        actor,
        "consultations.conflit_declare",
        locked,
        scope=appel.ingenierie,
        changes={"conflit": (was, conflit), "recusees": (before, after)},
    )
    touch(appel.ingenierie_id)
    return locked
