"""The questionnaire of a partner: written by its link, then taken up by the dossier, field by field or whole."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from django.db import transaction

from accounts import services as accounts
from accounts.models import Membership
from core import clock, journal, outbox
from core.actor import Actor
from core.errors import EditConflict, InvalidInput, StaleState
from core.formats import format_datetime
from engagement.enums import Verdict
from engagement.models import PartenaireProjet, ReponsePartenaire
from engagement.models.reponses import ANSWERED, VERDICTS
from engagement.services.common import checked
from engagement.services.partenaires import update_partenaire
from projects.services.ingenierie import ensure_open, touch

#: Code of the purpose of the links (``accounts.links``).
QUESTIONNAIRE = "questionnaire-partenaire"

journal.register_verbs(
    {
        "engagement.reponse_recue": "a répondu au questionnaire du partenaire",
        "engagement.reponse_traitee": "a traité la réponse d’un partenaire",
    }
)


class Choix(StrEnum):
    """What becomes of one field of an answer."""

    GARDER = "garder"
    REMPLACER = "remplacer"
    AJOUTER = "ajouter"


def answer_of(row: PartenaireProjet, actor: Actor) -> ReponsePartenaire:
    """The draft of the holder of the link, or one not saved yet (version 0) begun with the last answer.

    Reading it writes nothing.
    """
    draft = ReponsePartenaire.objects.filter(grant=actor.grant, sent_at=None).first()
    if draft is not None:
        draft.partenaire_projet = row
        return draft
    last = ReponsePartenaire.objects.received().filter(grant=actor.grant).order_by("-sent_at", "-pk").first()
    begun = {name: getattr(last, name) for name in ANSWERED} if last else {}
    return ReponsePartenaire(
        partenaire_projet=row, grant=actor.grant, repondant=actor.grant.recipient_name, version=0, **begun
    )


def save_answer(
    row: PartenaireProjet,
    values: Mapping[str, Any],
    *,
    actor: Actor,
    expected_version: int,
    send: bool = False,
) -> ReponsePartenaire:
    """Keep the answer of the holder of the link; with ``send`` give it to the dossier, which closes the link.

    Raises ``NotAllowed`` for another link, ``LinkClosed``, ``EditConflict`` (two tabs), ``InvalidInput`` when one of
    the three checks has no answer at sending.
    """
    with transaction.atomic():
        grant = accounts.take(actor, QUESTIONNAIRE, row)
        answer = answer_of(row, actor)
        if answer.version != expected_version:
            raise EditConflict(
                "Vous aviez enregistré cette réponse depuis une autre fenêtre : relisez ce qui diffère, "
                "puis enregistrez de nouveau.",
                current=answer,
            )
        for name, value in checked(answer, values).items():
            setattr(answer, name, value)
        if send and not all(getattr(answer, name) for name in VERDICTS):
            raise InvalidInput("Répondez aux trois vérifications : « à voir » est une réponse.")
        answer.version += 1
        if send:
            answer.sent_at = clock.now()
        answer.save()
        if send:
            accounts.answered(grant)
            _receive(answer, row, actor)
    return answer


def _receive(answer: ReponsePartenaire, row: PartenaireProjet, actor: Actor) -> None:
    changes = {name: (None, value) for name in ANSWERED if (value := getattr(answer, name))}
    journal.record(actor, "engagement.reponse_recue", answer, scope=row.ingenierie, changes=changes)
    touch(row.ingenierie_id)
    issuer = (
        Membership.objects.active()
        .filter(user=answer.grant.issued_by_id, organisation=answer.grant.organisation_id)
        .select_related("user")
        .first()
    )
    person = issuer.user if issuer else row.ingenierie.charge_mission
    if person is not None:
        outbox.queue_mail(
            "engagement/reponse_partenaire",
            to=person.email,
            context={"reponse": answer.pk},
            actor=actor,
            scope=row.ingenierie,
            urgent=False,
        )


def proposed(answer: ReponsePartenaire, row: PartenaireProjet) -> list[str]:
    """The fields where the answer says something that the dossier does not say yet."""
    return [name for name in ANSWERED if (value := getattr(answer, name)) and value != getattr(row, name)]


def is_blank(row: PartenaireProjet, name: str) -> bool:
    """Has nobody noted anything there?"""
    return getattr(row, name) in ("", Verdict.A_VOIR)


def take_up(
    answer: ReponsePartenaire, choices: Mapping[str, str], *, actor: Actor, expected_version: int
) -> PartenaireProjet:
    """Write in the dossier what ``choices`` take of the answer (field → :class:`Choix`; a field left out is kept).

    ``expected_version`` is that of the partner of the ingénierie, as the page showed it. Raises ``NotAllowed``,
    ``StaleState`` (treated already), ``EditConflict``, ``InvalidInput``.
    """
    row = answer.partenaire_projet
    ensure_open(row.ingenierie, actor)
    with transaction.atomic():
        locked = ReponsePartenaire.objects.select_for_update(of=("self",), no_key=True).get(pk=answer.pk)
        if locked.sent_at is None:
            raise InvalidInput("Cette réponse n’a pas encore été envoyée.")
        if locked.treated_at is not None:
            raise StaleState(f"Cette réponse a déjà été traitée le {format_datetime(locked.treated_at)}.")
        values: dict[str, Any] = {}
        for name in ANSWERED:
            choice, told = choices.get(name, Choix.GARDER), getattr(locked, name)
            if choice == Choix.REMPLACER and told:
                values[name] = told
            elif choice == Choix.AJOUTER and told and name not in VERDICTS:
                values[name] = "\n\n".join(part for part in (getattr(row, name).rstrip(), told) if part)
        if values:
            row = update_partenaire(row, values, actor=actor, expected_version=expected_version)
        locked.treated_at = clock.now()
        locked.treated_by = actor.user
        locked.taken_up = sorted(values)
        locked.version += 1
        locked.save()
        journal.record(
            actor,
            "engagement.reponse_traitee",
            locked,
            scope=answer.partenaire_projet.ingenierie,
            changes={"taken_up": ([], [str(PartenaireProjet._meta.get_field(n).verbose_name) for n in sorted(values)])},
        )
        touch(answer.partenaire_projet.ingenierie_id)
    return row


def take_all(answer: ReponsePartenaire, *, actor: Actor, expected_version: int) -> PartenaireProjet:
    """Write the whole answer in the dossier: what was noted is replaced, and stays in the journal."""
    return take_up(answer, dict.fromkeys(ANSWERED, Choix.REMPLACER), actor=actor, expected_version=expected_version)
