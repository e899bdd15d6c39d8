"""Members of an organisation: roles, end of membership. An organisation never loses its last responsable."""

from __future__ import annotations

from django.db import transaction

from accounts import permissions
from accounts.enums import Role
from accounts.handover import HOLDINGS, Held, held_by, possible_receivers
from accounts.models import Membership, Organisation, User
from accounts.services.passations import tell_handed
from core import clock, journal
from core.actor import Actor
from core.editing import lock_rows
from core.errors import ConditionsNotMet, InvalidInput, NotAllowed, StaleState

journal.register_verbs(
    {
        "membership.added": "a ajouté comme membre",
        "membership.role": "a changé le rôle de",
        "membership.handover": "a confié à une autre personne ce que tenait",
        "membership.ended": "a mis fin à l’appartenance de",
    }
)

LAST_RESPONSABLE = (
    "C’est la dernière personne responsable de l’organisation : "
    "donnez d’abord ce rôle à une autre personne, puis recommencez."
)


def lock_organisation(organisation_id: int) -> Organisation:
    """Lock the organisation's row: everything that touches its members waits its turn."""
    # Others stay free to write what refers to it: a dossier opened meanwhile does not wait for this, nor this for it.
    return lock_rows(Organisation.objects.filter(pk=organisation_id)).get()


def lock_running(membership: Membership) -> Membership:
    """The fresh, locked membership. Raises ``StaleState`` when it has ended meanwhile."""
    locked = lock_rows(Membership.objects.select_related("user", "organisation").filter(pk=membership.pk)).get()
    if locked.ended_at is not None:
        raise StaleState(f"{locked.user} n’est plus membre de {locked.organisation}. Rien n’a été changé.")
    return locked


def require_manager(actor: Actor, organisation: Organisation) -> None:
    """Raise ``NotAllowed`` unless ``actor`` manages ``organisation``."""
    refusal = permissions.manage_refusal(actor, organisation)
    if refusal:
        raise NotAllowed(refusal)


def is_last_responsable(membership: Membership) -> bool:
    """Would the organisation have no (active) responsable without this member?"""
    return (
        membership.role == Role.RESPONSABLE
        and not Membership.objects.active()
        .filter(organisation=membership.organisation_id, role=Role.RESPONSABLE)
        .exclude(pk=membership.pk)
        .exists()
    )


@transaction.atomic
def add_member(user: User, organisation: Organisation, role: str, *, actor: Actor) -> Membership:
    """Make ``user`` a member without invitation; for the administration only."""
    if not permissions.runs_application(actor):
        raise NotAllowed("On devient membre d’une organisation en acceptant une invitation.")
    lock_organisation(organisation.pk)
    return join(user, organisation, role, actor=actor)


def join(user: User, organisation: Organisation, role: str, *, actor: Actor) -> Membership:
    """Start a membership (inside the caller's transaction, organisation locked); the first one becomes active."""
    if Membership.objects.running_in(organisation).filter(user=user).exists():
        raise InvalidInput(f"{user} appartient déjà à {organisation}.")
    membership = Membership.objects.create(user=user, organisation=organisation, role=role)
    if user.active_membership_id is None:
        user.active_membership = membership
        user.save(update_fields=["active_membership"])
    journal.record(actor, "membership.added", membership, scope=organisation, changes={"role": ("", role)})
    return membership


@transaction.atomic
def change_role(membership: Membership, role: str, *, actor: Actor, expected_role: str) -> Membership:
    """Give ``membership`` another role.

    Raises ``NotAllowed``, ``StaleState`` (somebody else changed it since the page was shown), ``InvalidInput``
    (unknown role), ``ConditionsNotMet`` (the last responsable).
    """
    require_manager(actor, membership.organisation)
    if role not in Role.values:
        raise InvalidInput("Ce rôle n’existe pas : rechargez la page.")
    lock_organisation(membership.organisation_id)
    locked = lock_running(membership)
    if locked.role != expected_role:
        raise StaleState(
            f"{locked.user} est maintenant « {locked.get_role_display()} ». Relisez la page, puis recommencez."
        )
    if role == locked.role:
        return locked
    if is_last_responsable(locked):
        raise ConditionsNotMet(LAST_RESPONSABLE)
    before, locked.role = locked.role, role
    locked.save(update_fields=["role"])
    journal.record(actor, "membership.role", locked, scope=locked.organisation, changes={"role": (before, role)})
    return locked


@transaction.atomic
def end_membership(membership: Membership, *, actor: Actor, reason: str = "") -> Membership:
    """End a membership: access stops with the next request.

    What the person holds must have been handed over first (:func:`hand_over` does both at once).
    Raises ``NotAllowed``, ``StaleState``, ``ConditionsNotMet``.
    """
    require_manager(actor, membership.organisation)
    lock_organisation(membership.organisation_id)
    locked = lock_running(membership)
    if is_last_responsable(locked):
        raise ConditionsNotMet(LAST_RESPONSABLE)
    held = held_by(locked)
    if held:
        raise ConditionsNotMet(
            f"{locked.user} tient encore des dossiers de {locked.organisation} : confiez-les d’abord à une autre "
            "personne.",
            reasons=[f"{line.label} : {line.count}" for line in held],
        )
    return end_locked(locked, actor=actor, reason=reason)


def end_locked(locked: Membership, *, actor: Actor, reason: str = "") -> Membership:
    """End a membership already locked and checked, inside the caller's transaction."""
    locked.ended_at = clock.now()
    locked.save(update_fields=["ended_at"])
    User.objects.filter(active_membership=locked).update(active_membership=None)
    journal.record(
        actor,
        "membership.ended",
        locked,
        scope=locked.organisation,
        changes={"ended_at": (None, locked.ended_at)},
        reason=reason.strip(),
    )
    return locked


@transaction.atomic
def hand_over(
    membership: Membership, receiver: Membership, *, actor: Actor, end: bool = False, reason: str = ""
) -> list[Held]:
    """Give to ``receiver`` everything ``membership`` holds, then end the membership if ``end``; all or nothing.

    ``receiver`` is told by mail and on the Accueil. Returns what moved. Raises ``NotAllowed``, ``StaleState`` (one of
    the two left meanwhile), ``InvalidInput`` (the receiver is not a writing colleague), ``ConditionsNotMet`` (ending
    the last responsable).
    """
    require_manager(actor, membership.organisation)
    organisation = lock_organisation(membership.organisation_id)
    locked = lock_running(membership)
    to = possible_receivers(locked).filter(pk=receiver.pk).first()
    if to is None:
        raise InvalidInput("Choisissez une autre personne de l’organisation, qui ne soit pas en lecture seule.")
    if end and is_last_responsable(locked):
        raise ConditionsNotMet(LAST_RESPONSABLE)
    moved, told = [], []
    for code, holding in HOLDINGS.items():
        things = holding.transfer(locked.user, to.user, organisation, actor)
        if things:
            moved.append(Held(code, holding.label, len(things)))
            told += [(holding.label, title, url) for title, url in things]
    tell_handed(organisation, told, from_user=locked.user, to_user=to.user, actor=actor)
    journal.record(
        actor,
        "membership.handover",
        locked,
        scope=organisation,
        changes={line.label: (str(locked.user), f"{to.user} ({line.count})") for line in moved},
        reason=reason.strip(),
    )
    if end:
        end_locked(locked, actor=actor, reason=reason)
    return moved
