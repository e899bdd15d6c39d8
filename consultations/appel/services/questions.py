"""What is said to all the candidates alike: questions and answers, the meeting with the structures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from consultations.appel import notices
from consultations.appel.enums import EtatAppel
from consultations.appel.models import Appel, Invitation, Question, Rencontre
from consultations.appel.permissions import why_not_call, why_not_write
from consultations.appel.services.base import lock_appel, lock_invitation
from core import clock, journal
from core.actor import Actor
from core.editing import apply_changes, changed_meanwhile, checked, create, lock
from core.errors import InvalidInput, NotAllowed
from core.text import typed_text
from projects.ingenierie.services import touch

journal.register_verbs(
    {
        "consultations.question_posee": "a posé une question sur la consultation",
        "consultations.question_repondue": "a répondu à une question, pour tous les candidats",
        "consultations.precision": "a publié une précision à tous les candidats",
        "consultations.rencontre": "a fixé la rencontre des candidats avec les structures",
        "consultations.rencontre_modifiee": "a modifié la rencontre des candidats avec les structures",
        "consultations.rencontre_partagee": "a partagé le compte rendu de la rencontre des candidats",
    }
)


def why_not_ask(invitation: Invitation) -> str:
    """Why no question is asked any more, or ``""``: while the call is open, and by the pre-selected one afterwards."""
    appel = invitation.appel
    if appel.state == EtatAppel.PRERETENU and invitation.pre_retenu_at is not None:
        return ""
    if appel.state != EtatAppel.OUVERT:
        return f"On ne pose plus de question : {appel.get_state_display()}."
    return "On ne pose plus de question : la date limite est passée." if appel.is_closed else ""


def ask(invitation: Invitation, texte: str, *, actor: Actor) -> Question:
    """A question of an invited prestataire. Nobody but the pilot reads it before it is answered; nobody reads whose.

    Raises ``NotAllowed`` (another prestataire, too late), ``InvalidInput``.
    """
    texte = typed_text(texte, limit=4000)
    if not texte:
        raise InvalidInput("Écrivez votre question.")
    with transaction.atomic():
        locked = lock_invitation(invitation)
        refusal = why_not_write(locked, actor) or why_not_ask(locked)
        if refusal:
            raise NotAllowed(refusal)
        question = create(
            Question(appel=locked.appel, invitation=locked),
            {"texte": texte},
            actor=actor,
            verb="consultations.question_posee",
            scope=locked.appel.ingenierie,
        )
        notices.asked(question, actor=actor)
        touch(locked.appel.ingenierie_id)
    return question


def _ensure_answers(appel: Appel, actor: Actor) -> None:
    refusal = why_not_call(appel.ingenierie, actor)
    if refusal:
        raise NotAllowed(refusal)
    if appel.state not in (EtatAppel.OUVERT, EtatAppel.PRERETENU):
        raise NotAllowed(f"On ne publie plus de réponse : {appel.get_state_display()}.")


def answer(question: Question, reponse: str, *, actor: Actor, expected_version: int | None = None) -> Question:
    """Answer, to all: every invited prestataire is told by mail, and reads the question without its author.

    Raises ``NotAllowed``, ``InvalidInput``, ``EditConflict``.
    """
    reponse = typed_text(reponse, limit=8000)
    if not reponse:
        raise InvalidInput("Écrivez la réponse : elle est publiée à tous les prestataires invités.")
    with transaction.atomic():
        appel = lock_appel(question.appel)
        _ensure_answers(appel, actor)
        locked = lock(question)
        if expected_version is not None and expected_version != locked.version:
            raise changed_meanwhile(locked, journal.entries_since(locked, expected_version))
        before, locked.reponse = locked.reponse, reponse
        if before == reponse:
            return locked
        locked.repondu_at, locked.repondu_by = clock.now(), actor.user
        locked.version += 1
        locked.save()
        journal.record(
            actor,
            "consultations.question_repondue",
            locked,
            scope=appel.ingenierie,
            changes={"reponse": (before or None, reponse)},
        )
        notices.news(appel, "reponse", f"{locked.pk}.{locked.version}", actor=actor)
        touch(appel.ingenierie_id)
    return locked


def tell_all(appel: Appel, texte: str, *, actor: Actor) -> Question:
    """A precision that the pilot gives of its own accord, to all. Raises ``NotAllowed``, ``InvalidInput``."""
    texte = typed_text(texte, limit=8000)
    if not texte:
        raise InvalidInput("Écrivez la précision : elle est publiée à tous les prestataires invités.")
    with transaction.atomic():
        locked = lock_appel(appel)
        _ensure_answers(locked, actor)
        row = create(
            Question(appel=locked, repondu_at=clock.now(), repondu_by=actor.user),
            {"reponse": texte, "texte": "Précision du DLA"},
            actor=actor,
            verb="consultations.precision",
            scope=locked.ingenierie,
        )
        notices.news(locked, "reponse", f"{row.pk}.{row.version}", actor=actor)
        touch(locked.ingenierie_id)
    return row


# --- The meeting of the candidates with the structures ----------------------------------------------------------------

_WHEN = ("date", "heure_debut", "heure_fin", "lieu")


def save_rencontre(
    appel: Appel, values: Mapping[str, Any], *, actor: Actor, expected_version: int | None = None
) -> Rencontre:
    """Fix or change the one meeting: the same date for all, each told by mail. ``values``: date, heure_debut,
    heure_fin, lieu, precisions, and compte_rendu once it was held, which is then shared with all.

    Raises ``NotAllowed``, ``InvalidInput`` (a new date in the past, hours in disorder, a compte rendu before the day),
    ``EditConflict``.
    """
    with transaction.atomic():
        locked = lock_appel(appel)
        _ensure_meets(locked, actor)
        row = Rencontre.objects.filter(appel=locked).first() or Rencontre(appel=locked, version=0)
        if expected_version is not None and expected_version != row.version:
            raise changed_meanwhile(row, journal.entries_since(row, expected_version) if row.pk else [])
        was = {name: getattr(row, name) for name in (*_WHEN, "compte_rendu")}
        _check_rencontre(row, values)
        if row.pk is None:
            row.version = 1
            row = create(row, values, actor=actor, verb="consultations.rencontre", scope=locked.ingenierie)
        else:
            row = apply_changes(
                lock(row),
                checked(row, values),
                actor=actor,
                verb="consultations.rencontre_modifiee",
                expected_version=expected_version,
                scope=locked.ingenierie,
            )
        if row.compte_rendu and row.compte_rendu != was["compte_rendu"]:
            row = _share(row, actor=actor)
            notices.news(locked, "compte_rendu", f"{row.pk}.{row.version}", actor=actor)
        elif any(getattr(row, name) != was[name] for name in _WHEN) and locked.state == EtatAppel.OUVERT:
            notices.news(locked, "rencontre", f"{row.pk}.{row.version}", actor=actor)
        touch(locked.ingenierie_id)
    return row


def _ensure_meets(appel: Appel, actor: Actor) -> None:
    refusal = why_not_call(appel.ingenierie, actor)
    if refusal:
        raise NotAllowed(refusal)
    if appel.state not in (EtatAppel.PREPARATION, EtatAppel.OUVERT):
        raise NotAllowed(f"La rencontre ne change plus : {appel.get_state_display()}.")
    if appel.is_simplifie:
        raise NotAllowed("En mode simplifié, la première rencontre suit la pré-sélection.")


def _check_rencontre(row: Rencontre, values: Mapping[str, Any]) -> None:
    date = values.get("date") or row.date
    if date != row.date and date < clock.today():
        raise InvalidInput("La rencontre est dans le passé : vérifiez le jour.")
    begin, end = values.get("heure_debut"), values.get("heure_fin")
    if begin and end and end <= begin:
        raise InvalidInput("La rencontre finit avant de commencer : vérifiez les heures.")
    if values.get("compte_rendu") and date > clock.today():
        raise InvalidInput("Le compte rendu s’écrit une fois que la rencontre a eu lieu.")


def _share(row: Rencontre, *, actor: Actor) -> Rencontre:
    row.partage_at = clock.now()
    row.version += 1
    row.save()
    journal.record(
        actor,
        "consultations.rencontre_partagee",
        row,
        scope=row.appel.ingenierie,
        changes={"partage_at": (None, row.partage_at)},
    )
    return row
