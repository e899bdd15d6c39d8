"""Belonging to a prestataire: asking, being let in, handing over, leaving."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from accounts.models import User
from core import clock, journal
from core.actor import Actor
from core.editing import lock
from core.errors import ConditionsNotMet, InvalidInput, NotAllowed, StaleState
from partners.portfolio.prestataire import notices, permissions
from partners.portfolio.prestataire.enums import EtatMembre, RoleMembre
from partners.portfolio.prestataire.models import Membre, Prestataire

journal.register_verbs(
    {
        "portfolio.demande": "a demandé à rejoindre le prestataire",
        "portfolio.rejoint": "a rejoint le prestataire",
        "portfolio.demande_acceptee": "a accepté la demande de",
        "portfolio.demande_refusee": "a refusé la demande de",
        "portfolio.role": "a changé le rôle de",
        "portfolio.depart": "a mis fin à l’appartenance de",
    }
)

LAST_REFERENT = "Ce prestataire n’a pas d’autre référent : désignez-en un avant de partir."


def _join(prestataire: Prestataire, user: User, role: str, *, actor: Actor) -> Membre:
    row = Membre.objects.create(prestataire=prestataire, user=user, role=role)
    _in_use_again(prestataire)
    journal.record(actor, "portfolio.rejoint", row, scope=prestataire, changes={"role": (None, role)})
    return row


@transaction.atomic
def join(prestataire: Prestataire, user: User, *, actor: Actor, role: str = RoleMembre.CONSULTANT) -> Membre:
    """``user`` belongs to ``prestataire`` from now on (an invitation was accepted). Once: a second call is the same.

    The first person of a prestataire that nobody holds is its référent.
    """
    lock(prestataire)
    running = Membre.objects.filter(
        prestataire=prestataire, user=user, state__in=(EtatMembre.ACTIF, EtatMembre.DEMANDE)
    ).first()
    if running is not None and running.state == EtatMembre.ACTIF:
        return running
    if not Membre.objects.active().filter(prestataire=prestataire, role=RoleMembre.REFERENT).exists():
        role = RoleMembre.REFERENT
    if running is not None:
        return _settle(running, EtatMembre.ACTIF, role=role, verb="portfolio.rejoint", actor=actor)
    return _join(prestataire, user, role, actor=actor)


@transaction.atomic
def ask_to_join(prestataire: Prestataire, *, actor: Actor) -> Membre:
    """Ask the référent of ``prestataire`` to be let in. Asking twice is asking once; they are told by mail."""

    lock(prestataire)
    row = Membre.objects.filter(
        prestataire=prestataire, user=actor.user, state__in=(EtatMembre.ACTIF, EtatMembre.DEMANDE)
    ).first()
    if row is not None:
        return row
    row = Membre.objects.create(prestataire=prestataire, user=actor.user, state=EtatMembre.DEMANDE)
    journal.record(actor, "portfolio.demande", row, scope=prestataire)
    notices.join_asked(row, actor=actor)
    return row


def _in_use_again(prestataire: Prestataire) -> None:
    """Somebody holds it: if its fiche had been erased, it lives again, and will have a term of its own."""
    Prestataire.objects.filter(pk=prestataire.pk, efface_le__isnull=False).update(efface_le=None)


def _settle(row: Membre, state: str, *, verb: str, actor: Actor, role: str = "", reason: str = "") -> Membre:
    before = {"state": row.state, "role": row.role}
    row.state = state
    row.role = role or row.role
    if state in (EtatMembre.REFUSE, EtatMembre.PARTI):
        row.ended_at = clock.now()
    else:
        row.since = clock.now()
        _in_use_again(row.prestataire)
    row.save()
    changes = {name: (was, getattr(row, name)) for name, was in before.items() if was != getattr(row, name)}
    journal.record(actor, verb, row, scope=row.prestataire, changes=changes, reason=reason)
    return row


def _lead(membre: Membre, actor: Actor, *, host: bool = False) -> Membre:
    """The locked belonging, if ``actor`` decides who belongs to its prestataire.

    ``host``: the staff may too, for a prestataire that nobody holds yet.
    """
    lock(membre.prestataire)
    refusal = permissions.why_not_lead(actor, membre.prestataire)
    if refusal and host:
        refusal = permissions.why_not_host(actor, membre.prestataire)
    if refusal:
        raise NotAllowed(refusal)
    return Membre.objects.select_related("prestataire", "user").get(pk=membre.pk)


@transaction.atomic
def answer_request(membre: Membre, accept: bool, *, actor: Actor) -> Membre:
    """The référent lets in somebody who asked, or not; the person is told by mail.

    For a prestataire that nobody holds, the staff answers, and the first person let in is its référent.
    Raises ``NotAllowed``, ``StaleState`` (answered meanwhile).
    """

    locked = _lead(membre, actor, host=True)
    if locked.state != EtatMembre.DEMANDE:
        raise StaleState(f"Cette demande a déjà reçu une réponse : {locked.get_state_display()}.")
    if accept:
        held = Membre.objects.active().filter(prestataire=locked.prestataire, role=RoleMembre.REFERENT).exists()
        role = "" if held else RoleMembre.REFERENT
        row = _settle(locked, EtatMembre.ACTIF, role=role, verb="portfolio.demande_acceptee", actor=actor)
    else:
        row = _settle(locked, EtatMembre.REFUSE, verb="portfolio.demande_refusee", actor=actor)
    notices.join_answered(row, actor=actor)
    return row


@transaction.atomic
def set_role(membre: Membre, role: str, *, actor: Actor) -> Membre:
    """Make somebody référent or consultant. Raises ``NotAllowed``, ``ConditionsNotMet`` for the last référent."""
    if role not in RoleMembre.values:
        raise InvalidInput("Ce rôle n’existe pas : rechargez la page.")
    locked = _lead(membre, actor)
    if locked.state != EtatMembre.ACTIF:
        raise StaleState("Cette personne n’appartient plus au prestataire.")
    if locked.role == role:
        return locked
    if role != RoleMembre.REFERENT:
        _keep_a_referent(locked)
    return _settle(locked, EtatMembre.ACTIF, role=role, verb="portfolio.role", actor=actor)


@transaction.atomic
def end(membre: Membre, *, actor: Actor, reason: str = "") -> Membre:
    """End a belonging: the référent ends anybody's, everybody ends one's own; a last référent names another first.

    Raises ``NotAllowed``, ``StaleState``, ``ConditionsNotMet``.
    """
    if actor.user_id == membre.user_id:
        lock(membre.prestataire)
        locked = Membre.objects.select_related("prestataire", "user").get(pk=membre.pk)
    else:
        locked = _lead(membre, actor)
    if locked.state != EtatMembre.ACTIF:
        raise StaleState("Cette personne n’appartient déjà plus au prestataire.")
    _keep_a_referent(locked)
    return _settle(locked, EtatMembre.PARTI, verb="portfolio.depart", actor=actor, reason=reason.strip())


def _keep_a_referent(leaving: Membre) -> None:
    others: Any = (
        Membre.objects.active()
        .filter(prestataire=leaving.prestataire_id, role=RoleMembre.REFERENT)
        .exclude(pk=leaving.pk)
    )
    if leaving.is_referent and not others.exists():
        raise ConditionsNotMet(LAST_REFERENT)
