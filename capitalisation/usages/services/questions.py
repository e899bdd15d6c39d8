"""Questions and remarks to the author of a resource, the answers, what is taken out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from capitalisation.bibliotheque.models import Ressource
from capitalisation.bibliotheque.permissions import why_not_author
from capitalisation.usages.models import QuestionRessource
from capitalisation.usages.permissions import why_not_ask, why_not_handle
from capitalisation.usages.services.adresses import author, on_behalf_of
from core import clock, journal
from core.actor import Actor
from core.editing import apply_changes, checked, create, lock, remove
from core.errors import InvalidInput, NotAllowed
from core.models import JournalEntry
from core.outbox import queue_mail

RETIREE = "capitalisation.question_ressource_retiree"
journal.register_verbs(
    {
        "capitalisation.question_ressource_posee": "a écrit à l’auteur de la ressource",
        "capitalisation.question_ressource_repondue": "a répondu à une question sur la ressource",
        RETIREE: "a retiré une question ou une remarque sur la ressource",
    }
)

MAIL_POSEE = "capitalisation/question_ressource"
MAIL_REPONDUE = "capitalisation/question_repondue"
MAIL_RETIREE = "capitalisation/question_retiree"
QUESTIONS_MAX = 200


@transaction.atomic
def ask(ressource: Ressource, values: Mapping[str, Any], *, actor: Actor) -> QuestionRessource:
    """Write to the author, who is told with the day's mails. Raises ``NotAllowed``, ``InvalidInput``."""
    fresh = lock(ressource)
    if refusal := why_not_ask(actor, fresh):
        raise NotAllowed(refusal)
    if QuestionRessource.objects.filter(ressource=fresh).count() >= QUESTIONS_MAX:
        raise InvalidInput(f"{QUESTIONS_MAX} questions et remarques au plus sur une ressource.")
    asked = QuestionRessource(ressource=fresh, user=actor.user, de=on_behalf_of(actor))
    row = create(asked, values, actor=actor, verb="capitalisation.question_ressource_posee", scope=fresh)
    for address in author(fresh):
        queue_mail(MAIL_POSEE, to=address, context={"question": row.pk}, actor=actor, scope=fresh, urgent=False)
    return row


@transaction.atomic
def answer(
    question: QuestionRessource, values: Mapping[str, Any], *, actor: Actor, expected_version: int | None
) -> QuestionRessource:
    """Answer, or change the answer; who asked is told the first time. Raises ``NotAllowed``, ``InvalidInput``,
    ``EditConflict``."""
    ressource = question.ressource
    if refusal := why_not_author(actor, ressource):
        raise NotAllowed(refusal)
    told = checked(question, values, only=("reponse",))
    if not told["reponse"].strip():
        raise InvalidInput("Écrivez la réponse.")
    first = {"repondu_le": question.repondu_le or clock.now(), "repondu_par": on_behalf_of(actor) or actor.label[:200]}
    done = apply_changes(
        question, {**told, **first}, actor=actor, verb="capitalisation.question_ressource_repondue",
        expected_version=expected_version, scope=ressource,
    )  # fmt: skip
    asker = done.user
    if asker is not None and asker.is_active and asker.pk != actor.user_id:
        queue_mail(
            MAIL_REPONDUE, to=asker.email, context={"question": done.pk}, actor=actor, scope=ressource,
            key=f"question-ressource-repondue-{done.pk}",
        )  # fmt: skip
    return done


@transaction.atomic
def take_out(question: QuestionRessource, reason: str, *, actor: Actor, expected_version: int | None) -> None:
    """An improper one goes, with its reason, which who asked is told. Raises ``NotAllowed``, ``InvalidInput``,
    ``StaleState``."""
    ressource = question.ressource
    if refusal := why_not_handle(actor, ressource):
        raise NotAllowed(refusal)
    if not reason.strip():
        raise InvalidInput("Dites pourquoi : qui l’a écrite le lira.")
    fresh = lock(question, expected_version, typed=False)
    asker, pk = fresh.user, fresh.pk
    remove(fresh, actor=actor, verb=RETIREE, scope=ressource, reason=reason)
    if asker is not None and asker.is_active and asker.pk != actor.user_id:
        entry = JournalEntry.objects.filter(verb=RETIREE, object_id=pk).latest("pk")
        queue_mail(
            MAIL_RETIREE, to=asker.email, context={"ressource": ressource.pk, "entree": entry.pk}, actor=actor,
            scope=ressource,
        )  # fmt: skip
