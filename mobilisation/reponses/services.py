"""What structures answer: by their link, or typed after a call at its real date; asked again of what remains."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from accounts import services as accounts
from accounts.models import Grant
from accounts.services.links import EXPIRE, OUVERT, status_of
from accounts.services.sent_links import RESEND_AFTER, not_sent
from core import clock, journal
from core.actor import Actor
from core.contacts import addresses
from core.editing import apply_changes, checked, create, lock, lock_rows
from core.errors import InvalidInput
from core.lifecycle import perform
from core.outbox import queue_mail
from core.text import typed_text
from engagement.partenaires.models import PartenaireProjet
from mobilisation.reponses.enums import Reponse, Sort
from mobilisation.reponses.models import ANSWERED, CommentaireStructure, ReponseStructure
from mobilisation.scenarios.models import Scenario
from projects.enums import EtatMobilisation, MoyenEchange, SensEchange
from projects.ingenierie.models import Ingenierie
from projects.ingenierie.people import asker_of
from projects.ingenierie.services import ensure_open, touch
from projects.structures_ciblees import echanges
from projects.structures_ciblees.models import StructureCiblee

journal.register_verbs(
    {
        "mobilisation.reponse": "a noté ce que répond une structure",
        "mobilisation.reponse_recue": "a répondu pour sa structure",
        "mobilisation.commentaire": "a reçu une remarque d’une structure",
        "mobilisation.commentaire_traite": "a dit ce que devient une remarque d’une structure",
    }
)

#: Code of the purpose of the links (``accounts.links``).
LIEN = "questionnaire-structure"
#: Nobody is asked twice within this time.
DELAI = dt.timedelta(days=7)
#: Structures asked by one click, at most.
MAX_AT_ONCE = 200
#: States in which a structure is still asked.
SOLLICITABLES = (
    EtatMobilisation.REPEREE,
    EtatMobilisation.CONTACTEE,
    EtatMobilisation.INTERESSEE,
    EtatMobilisation.CONFIRMEE,
)


def reponse_of(ciblee: StructureCiblee) -> ReponseStructure:
    """The answers of a structure, or none yet (not saved, version 0): reading writes nothing."""
    found = ReponseStructure.objects.filter(structure_ciblee=ciblee.pk).first()
    answer = found or ReponseStructure(version=0)
    answer.structure_ciblee = ciblee
    return answer


def offered(ingenierie_id: int) -> list[Scenario]:
    """The scenarios that the structures are told of, in the order they were thought of. Two queries."""
    rows = Scenario.objects.filter(ingenierie=ingenierie_id, propose=True)
    return list(rows.order_by("pk").prefetch_related("seances"))


def _keep(
    ciblee: StructureCiblee,
    values: Mapping[str, Any],
    commentaire: str,
    day: dt.date,
    *,
    actor: Actor,
    expected_version: int | None,
    by_link: bool,
) -> ReponseStructure:
    """Write the answers and the comment of a locked structure. In the caller's transaction."""
    row, _ = ReponseStructure.objects.get_or_create(structure_ciblee=ciblee, defaults={"version": 0})
    row.structure_ciblee = ciblee
    values = checked(row, values, only=ANSWERED)
    told = any(value for name, value in values.items()) or row.recue_le
    if not told and not commentaire:
        raise InvalidInput("Répondez au moins à une question, ou écrivez une remarque.")
    fresh = apply_changes(
        row,
        {**values, "recue_le": max(day, row.recue_le or day), "par_lien": by_link},
        actor=actor,
        verb="mobilisation.reponse_recue" if by_link else "mobilisation.reponse",
        expected_version=expected_version,
        scope=ciblee.ingenierie,
    )
    if commentaire and not ciblee.commentaires.filter(texte=commentaire).exists():
        create(
            CommentaireStructure(structure_ciblee=ciblee, recu_le=day),
            {"texte": commentaire},
            actor=actor,
            verb="mobilisation.commentaire",
            scope=ciblee.ingenierie,
        )
    return fresh


def suite_of(ciblee: StructureCiblee, participation: str) -> str:
    """The action that « prendrez-vous part ? » leads to from its state, or nothing: the pilot alone confirms."""
    if participation == Reponse.NON:
        action = "decliner"
    elif participation:
        action = "interesser"
    else:
        return ""
    return action if ciblee.state in ciblee.lifecycle.get(action).sources else ""


def answer_by_link(
    ciblee: StructureCiblee,
    values: Mapping[str, Any],
    *,
    actor: Actor,
    expected_version: int,
    commentaire: str = "",
) -> ReponseStructure:
    """Keep what the holder of the link answers for its structure, whole or in part: she may come back.

    The structure becomes « intéressée » or « déclinée » by what it says of its participation; the exchange is noted,
    and who sent the link reads so in the digest of the day.
    Raises ``NotAllowed`` for another link, ``LinkClosed``, ``EditConflict``, ``InvalidInput`` when nothing is said.
    """
    commentaire = typed_text(commentaire, limit=2000).strip()
    ingenierie = ciblee.ingenierie
    with transaction.atomic():
        grant = accounts.take(actor, LIEN, ciblee)
        locked = lock(ciblee)
        locked.ingenierie, locked.structure = ingenierie, ciblee.structure
        reponse = _keep(
            locked, values, commentaire, clock.today(), actor=actor, expected_version=expected_version, by_link=True
        )
        suite = suite_of(locked, reponse.participation)
        if suite:
            locked = perform(locked, suite, actor=actor, expected_state=locked.state, scope=ingenierie)
            locked.ingenierie = ingenierie
        echanges.write(
            locked,
            {
                "sens": SensEchange.REPONSE,
                "le": clock.today(),
                "par": str(ciblee.structure)[:200],
                "moyen": MoyenEchange.LIEN,
            },
            actor=actor,
            etat=locked.state if suite else "",
        )
        accounts.answered(grant)
        touch(ingenierie.pk, structures=True)
        person = asker_of(grant, ingenierie)
        if person is not None:
            queue_mail(
                "mobilisation/reponse_structure",
                to=person.email,
                context={"structure": ciblee.pk},
                actor=actor,
                scope=ingenierie,
                key=f"reponse-structure-{ciblee.pk}-{clock.today()}-{person.pk}",
                urgent=False,
            )
    return reponse


def type_answer(
    ciblee: StructureCiblee,
    values: Mapping[str, Any],
    echange: Mapping[str, Any],
    *,
    actor: Actor,
    expected_version: int | None,
    commentaire: str = "",
) -> ReponseStructure:
    """Keep what a structure said to the chargé de mission; ``echange`` tells when, to whom and how: ``le`` (its real
    day), ``par``, ``moyen``, ``note``. What it says of its participation leads to « intéressée » or « déclinée ».

    Raises ``NotAllowed``, ``InvalidInput`` (nothing said, a day to come), ``EditConflict``.
    """
    commentaire = typed_text(commentaire, limit=2000).strip()
    ensure_open(ciblee.ingenierie, actor)
    with transaction.atomic():
        locked = lock(ciblee)
        locked.ingenierie, locked.structure = ciblee.ingenierie, ciblee.structure
        reponse = _keep(
            locked, values, commentaire, echange["le"], actor=actor, expected_version=expected_version, by_link=False
        )
        echanges.add_echange(
            locked,
            {"sens": SensEchange.REPONSE, **echange},
            actor=actor,
            suite=suite_of(locked, reponse.participation),
        )
    return reponse


def treat_comment(
    comment: CommentaireStructure,
    values: Mapping[str, Any],
    partenaires: Iterable[PartenaireProjet] = (),
    *,
    actor: Actor,
    expected_version: int | None,
) -> CommentaireStructure:
    """Say what becomes of a remark: ``sort``, ``pourquoi`` (asked once it is retained or not), and with which partners
    of the ingénierie it was examined.

    Raises ``NotAllowed``, ``InvalidInput``, ``EditConflict``.
    """
    ingenierie = comment.structure_ciblee.ingenierie
    ensure_open(ingenierie, actor)
    chosen = list(partenaires)
    if any(p.ingenierie_id != ingenierie.pk for p in chosen):
        raise InvalidInput("Ces partenaires ne sont pas ceux de cette ingénierie.")
    if values.get("sort", Sort.A_EXAMINER) != Sort.A_EXAMINER and not values.get("pourquoi", "").strip():
        raise InvalidInput("Dites pourquoi cette remarque est retenue, ou ne l’est pas.")
    with transaction.atomic():
        fresh = apply_changes(
            comment,
            checked(comment, values, only=("sort", "pourquoi")),
            actor=actor,
            verb="mobilisation.commentaire_traite",
            expected_version=expected_version,
            scope=ingenierie,
            many_to_many={"partenaires": chosen},
        )
        touch(ingenierie.pk)
    return fresh


# --- Asking ---------------------------------------------------------------------------------------------------------


@dataclass
class Sollicitees:
    """What came of asking several structures: written to; asked less than :data:`DELAI` ago; that have answered it all;
    without any address; that are not asked any more (declined, withdrawn, or whose link was revoked)."""

    done: list[StructureCiblee] = field(default_factory=list)
    recent: list[StructureCiblee] = field(default_factory=list)
    complete: list[StructureCiblee] = field(default_factory=list)
    unreachable: list[StructureCiblee] = field(default_factory=list)
    left: list[StructureCiblee] = field(default_factory=list)


def solliciter(ingenierie: Ingenierie, ids: Iterable[int], *, actor: Actor) -> Sollicitees:
    """Send its personal link to each of these structures, or send it again: only to those that have something left to
    answer, and that were not written to within :data:`DELAI` (a mail that did not leave is sent again sooner).

    The mail says what remains. Raises ``NotAllowed``, ``InvalidInput``, ``StructureCiblee.DoesNotExist`` when one is
    not of this ingénierie (nothing is sent).
    """
    ensure_open(ingenierie, actor)
    wanted = set(ids)
    if not wanted:
        raise InvalidInput("Cochez au moins une structure.")
    if len(wanted) > MAX_AT_ONCE:
        raise InvalidInput(f"Cochez {MAX_AT_ONCE} structures au plus à la fois.")
    rows = ingenierie.structures_ciblees.filter(pk__in=wanted).select_related("structure", "reponse")
    periods = [scenario.pk for scenario in offered(ingenierie.pk)]
    answer = Sollicitees()
    with transaction.atomic():
        # The structures first, in one order, the ingénierie last: as every change of a single one does.
        found = list(lock_rows(rows.prefetch_related("structure__contacts")))
        if len(found) != len(wanted):
            raise StructureCiblee.DoesNotExist
        for ciblee in found:
            ciblee.ingenierie = ingenierie
            _ask(ciblee, periods, answer, actor)
    return answer


def _ask(ciblee: StructureCiblee, periods: list[int], answer: Sollicitees, actor: Actor) -> None:
    reponse = getattr(ciblee, "reponse", None) or ReponseStructure()
    reachable = addresses(ciblee.structure)
    grants = list(Grant.objects.of(ciblee, LIEN).order_by("-sent_at", "pk"))
    live = [grant for grant in grants if status_of(grant) in (OUVERT, EXPIRE)]
    if ciblee.state not in SOLLICITABLES or (grants and not live):
        answer.left.append(ciblee)
    elif not reponse.restant(periods):
        answer.complete.append(ciblee)
    elif live and clock.now() - live[0].sent_at < (RESEND_AFTER if not_sent(live[:1]) else DELAI):
        answer.recent.append(ciblee)
    elif live:
        accounts.resend_link(live[0], actor=actor)
        answer.done.append(ciblee)
    elif reachable:
        name, email = reachable[0]
        accounts.send_link(LIEN, ciblee, name=name or str(ciblee.structure)[:120], email=email, actor=actor)
        answer.done.append(ciblee)
    else:
        answer.unreachable.append(ciblee)


def note_sending(ciblee: StructureCiblee, ended: bool) -> None:
    """A link left, or was revoked (``ended``): a sending is one more exchange with the structure, which then counts
    among those contacted. In the transaction of the sending."""
    if ended:
        touch(ciblee.ingenierie_id, ended=True)
        return
    grant = Grant.objects.of(ciblee, LIEN).select_related("issued_by").order_by("-sent_at", "-pk").first()
    issuer = grant.issued_by if grant else None
    actor = accounts.actor_for(issuer) if issuer else Actor.system("envoi d’un lien")
    note = "Lien personnel renvoyé : ce qui reste à répondre." if grant and grant.sent_count > 1 else ""
    echanges.add_echange(
        ciblee,
        {
            "sens": SensEchange.ENVOI,
            "le": clock.today(),
            "par": actor.label[:200],
            "moyen": MoyenEchange.LIEN,
            "note": note or "Questionnaire envoyé par lien personnel.",
        },
        actor=actor,
    )
