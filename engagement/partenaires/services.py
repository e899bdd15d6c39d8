"""The network of partners of an ingénierie: associated, heard by questionnaire, taken out."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from accounts import services as accounts
from core import clock, journal, outbox
from core.actor import Actor
from core.editing import apply_changes, checked, create, lock, remove
from core.errors import EditConflict, InvalidInput, NotAllowed, StaleState
from core.formats import format_datetime
from engagement.partenaires.enums import Verdict
from engagement.partenaires.models import ANSWERED, VERDICTS, PartenaireProjet, ReponsePartenaire
from partners.directory.annuaire import PARTENAIRES
from partners.directory.models import Partenaire
from partners.portfolio.prestataire.models import Prestataire
from projects.ingenierie import people
from projects.ingenierie.models import Ingenierie
from projects.ingenierie.services import ensure_open, touch

journal.register_verbs(
    {
        "engagement.partenaire_ajoute": "a associé un partenaire",
        "engagement.partenaire": "a mis à jour un partenaire",
        "engagement.partenaire_retire": "a retiré un partenaire",
    }
)


class DejaAssocie(InvalidInput):
    """The partner is already in the ingénierie: ``existing``."""

    title = "Partenaire déjà associé"

    def __init__(self, existing: PartenaireProjet):
        super().__init__(f"« {existing} » est déjà associé à cette ingénierie.")
        self.existing = existing


def _refuse_twice(ingenierie: Ingenierie, partenaire: Partenaire) -> None:
    existing = ingenierie.partenaires_projet.filter(partenaire=partenaire).select_related("partenaire").first()
    if existing:
        raise DejaAssocie(existing)


def add_partenaire(
    ingenierie: Ingenierie,
    partenaire: Partenaire,
    *,
    actor: Actor,
    values: Mapping[str, Any] | None = None,
    prestataire: Prestataire | None = None,
) -> PartenaireProjet:
    """Associate a partner of the directory; its family is the directory's unless ``values`` says otherwise.
    ``prestataire``: the one of the portfolio that it is.

    ``partenaire`` must be readable by ``actor``. Raises ``NotAllowed``, ``DejaAssocie``, ``InvalidInput``.
    """
    ensure_open(ingenierie, actor)
    if not Partenaire.objects.visible_to(actor).filter(pk=partenaire.pk).exists():
        raise NotAllowed("Ce partenaire n’est pas dans un annuaire que vous pouvez lire.")
    if not partenaire.is_active:
        raise InvalidInput(f"« {partenaire} » a été retiré de l’annuaire actif : reprenez-le d’abord.")
    _refuse_twice(ingenierie, partenaire)
    row = PartenaireProjet(
        ingenierie=ingenierie, partenaire=partenaire, famille=partenaire.famille, prestataire=prestataire
    )
    try:
        with transaction.atomic():
            # It may have been merged into another while the page was open.
            if lock(partenaire).merged_into_id is not None:
                raise StaleState(f"« {partenaire} » vient d’être réuni à une autre fiche : cherchez-le de nouveau.")
            create(row, values or {}, actor=actor, verb="engagement.partenaire_ajoute", scope=ingenierie)
            touch(ingenierie.pk)
    except IntegrityError:
        # A colleague, or the other half of a double click, was a moment quicker.
        _refuse_twice(ingenierie, partenaire)
        raise
    return row


def add_new_partenaire(
    ingenierie: Ingenierie,
    directory_values: Mapping[str, Any],
    *,
    actor: Actor,
    values: Mapping[str, Any] | None = None,
    confirmed: bool = False,
) -> PartenaireProjet:
    """Inscribe a partner in the directory of the actor's organisation and associate it, both or neither.

    Raises what ``PARTENAIRES.create`` and :func:`add_partenaire` raise.
    """
    ensure_open(ingenierie, actor)
    with transaction.atomic():
        partenaire = PARTENAIRES.create(directory_values, actor=actor, confirmed=confirmed)
        return add_partenaire(ingenierie, partenaire, actor=actor, values=values)


def update_partenaire(
    row: PartenaireProjet, values: Mapping[str, Any], *, actor: Actor, expected_version: int | None
) -> PartenaireProjet:
    """Change what is noted of a partner here. Raises ``NotAllowed``, ``InvalidInput``, ``EditConflict``."""
    ensure_open(row.ingenierie, actor)
    values = checked(row, values)
    with transaction.atomic():
        fresh = apply_changes(
            row,
            values,
            actor=actor,
            verb="engagement.partenaire",
            expected_version=expected_version,
            scope=row.ingenierie,
        )
        touch(row.ingenierie_id)
    return fresh


def remove_partenaire(row: PartenaireProjet, *, actor: Actor, expected_version: int | None = None) -> None:
    """Take a partner out of the ingénierie; the directory keeps it, the budget lines it funds keep its name.

    Raises ``NotAllowed``, ``StaleState``; ``InvalidInput`` for one that was asked as prestataire-partenaire: what it
    learnt is told to the candidates of a call.
    """
    ingenierie = row.ingenierie
    ensure_open(ingenierie, actor)
    with transaction.atomic():
        # The budget, which may be naming this partner in a line, takes the same row first.
        lock(ingenierie)
        locked = lock(row, expected_version, typed=False)
        locked.ressources.update(partenaire=None, financeur=str(locked)[:200])
        try:
            remove(locked, actor=actor, verb="engagement.partenaire_retire", scope=ingenierie)
        except ProtectedError:
            raise InvalidInput(
                f"« {locked} » a été sollicité comme prestataire-partenaire : ce qu’il a appris et répondu reste au "
                "dossier, pour être dit à tous les candidats d’un appel."
            ) from None
        touch(ingenierie.pk)


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
    person = people.asker_of(answer.grant, row.ingenierie)
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
        locked = lock(answer)
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
