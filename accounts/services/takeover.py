"""An organisation takes over another that closes: one act moves what it holds, people included, or nothing does.

Every foreign key of every floor moves by itself (``core.merging.move_all``); where more is to be done than to write
another key (rights to compute again, two rows that collide), the floor registers it in ``core.merging.MOVES``. What
tells the past stays: ended memberships, the journal, what was printed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import models, transaction
from django.db.models import Exists, OuterRef

from accounts import permissions
from accounts.models import Membership, Organisation, User
from accounts.services.members import end_locked, join
from accounts.services.moved_links import move_links
from core import editing, journal, outbox
from core.actor import Actor
from core.errors import ConditionsNotMet, InvalidInput, NotAllowed
from core.formats import plural
from core.merging import MOVES, Move, move_all

journal.register_verbs(
    {
        "organisation.taken_over": "a confié l’organisation à une autre, qui la reprend",
        "organisation.takes_over": "a fait reprendre une organisation par celle-ci",
    }
)
MAIL = "accounts/organisation_reprise"
#: What is left of the memberships of the one that closes.
ENDED = ("appartenance, terminée", "appartenances, terminées")


@dataclass(frozen=True)
class TakenOver:
    """What moved, in words, and what stays with the closed organisation."""

    moved: Sequence[str]
    stays: Sequence[str]


def possible_successors(organisation: Organisation):
    """The organisations that may take over ``organisation``: active, of the same kind; its région first by name."""
    found = Organisation.objects.filter(kind=organisation.kind, is_active=True).exclude(pk=organisation.pk)
    return found.select_related("region").order_by("name", "pk")


def take_over(gone: Organisation, kept: Organisation, *, actor: Actor, reason: str, trial: bool = False) -> TakenOver:
    """``kept`` takes over all that ``gone`` holds, which closes; journaled in both, members are told by mail.

    ``trial`` does the whole of it and gives it up: what a page shows beforehand is what will happen.

    Raises ``NotAllowed`` (the administration only), ``InvalidInput`` (another kind, the same, closed, no reason),
    ``ConditionsNotMet`` for two rows that cannot both be there.
    """
    if not permissions.runs_application(actor):
        raise NotAllowed("Une organisation est confiée à une autre par l’administration.")
    reason = reason.strip()
    if not reason and not trial:
        raise InvalidInput("Dites pourquoi : le motif est inscrit au journal des deux organisations.")
    with transaction.atomic():
        gone, kept = _both(gone, kept)
        people = list(Membership.objects.running_in(gone).select_related("user").order_by("pk"))
        with transaction.atomic():
            # Invitations to join the one that closes open the other.
            move_links(kept, gone, actor=actor, scope=kept)
            moved = _moved(gone, kept, actor)
            stays = _stays(gone)
        gone.is_active = False
        gone.version += 1
        gone.save(update_fields=["is_active", "version"])
        told = {line: (None, str(kept)) for line in moved}
        journal.record(actor, "organisation.taken_over", gone, scope=gone, changes=told, reason=reason)
        told = {line: (None, str(gone)) for line in moved}
        journal.record(actor, "organisation.takes_over", kept, scope=kept, changes=told, reason=reason)
        _tell(gone, kept, [m.user for m in people], actor)
        if trial:
            transaction.set_rollback(True)
    return TakenOver(moved, stays)


def _both(gone: Organisation, kept: Organisation) -> tuple[Organisation, Organisation]:
    if gone.pk == kept.pk:
        raise InvalidInput("Choisissez une autre organisation.")
    fresh = {o.pk: editing.lock(o) for o in sorted((gone, kept), key=lambda o: o.pk)}
    gone, kept = fresh[gone.pk], fresh[kept.pk]
    if gone.kind != kept.kind:
        raise InvalidInput(f"{kept} n’est pas du même type : une organisation est reprise par une autre de son type.")
    if not kept.is_active:
        raise InvalidInput(f"{kept} est fermée : choisissez une organisation en activité.")
    return gone, kept


def _moved(gone: Organisation, kept: Organisation, actor: Actor) -> list[str]:
    try:
        return move_all(kept, gone, actor)
    except InvalidInput as error:
        raise ConditionsNotMet(
            f"{gone} ne peut pas encore être reprise par {kept} : rien n’a été déplacé.", reasons=[error.sentence]
        ) from error


def _stays(gone: Organisation) -> list[str]:
    """What still points to the closed organisation, in words."""
    told = []
    for relation in gone._meta.get_fields(include_hidden=True):
        if not relation.auto_created or relation.concrete or relation.many_to_many:
            continue
        meta = relation.related_model._meta
        count = models.QuerySet(relation.related_model).filter(**{relation.field.name: gone.pk}).count()
        if count and not meta.auto_created:
            names = ENDED if relation.related_model is Membership else (meta.verbose_name, meta.verbose_name_plural)
            told.append(plural(count, *map(str, names)))
    return told


def unless_there(model: type[models.Model], *same: str) -> Move:
    """A move for :data:`core.merging.MOVES`: the rows of ``model`` go to ``kept``, unless it has its own of the same
    fields ``same``; then both stay where they are."""

    def move(kept: Organisation, gone: Organisation, actor: Actor) -> int:
        theirs = models.QuerySet(model).filter(organisation=kept, **{name: OuterRef(name) for name in same})
        rows = models.QuerySet(model).filter(~Exists(theirs), organisation=gone)
        return models.QuerySet(model).filter(pk__in=list(rows.values_list("pk", flat=True))).update(organisation=kept)

    return move


def _move_members(kept: Organisation, gone: Organisation, actor: Actor) -> int:
    """Each running member joins ``kept`` in the same role, unless she is there; the memberships that end stay told."""
    count = 0
    for membership in editing.lock_rows(Membership.objects.running_in(gone).select_related("user", "organisation")):
        user: User = membership.user
        acted = user.active_membership_id == membership.pk
        end_locked(membership, actor=actor, reason=f"Reprise par {kept}")
        there = Membership.objects.running_in(kept).filter(user=user).first()
        user.active_membership_id = None if acted else user.active_membership_id
        new = there or join(user, kept, membership.role, actor=actor)
        if acted:
            User.objects.filter(pk=user.pk).update(active_membership=new)
        count += 1
    return count


def _tell(gone: Organisation, kept: Organisation, people: Sequence[User], actor: Actor) -> None:
    """Each member of the one that closes, each responsable of the one that takes over."""
    managers = Membership.objects.active().filter(organisation=kept, role="responsable").select_related("user")
    for user in {u.pk: u for u in [*people, *(m.user for m in managers)] if u.is_active}.values():
        context = {"gone": gone.pk, "kept": kept.pk, "user": user.pk}
        outbox.queue_mail(MAIL, to=user.email, context=context, actor=actor, scope=kept)


def register() -> None:
    """Called once by ``AccountsConfig.ready``."""
    MOVES.register("accounts.membership.organisation", _move_members)
