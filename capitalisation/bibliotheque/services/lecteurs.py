"""Who reads a resource: opened to a wider circle by who may, asked of who may, closed at once."""

from __future__ import annotations

from django.db import transaction

from accounts.enums import OrganisationKind, Role
from accounts.in_charge import in_charge
from accounts.models import Membership, User
from capitalisation.bibliotheque.enums import PUBLIES, Lecteurs, Licence
from capitalisation.bibliotheque.models import Ressource
from capitalisation.bibliotheque.permissions import (
    unless_one_may,
    why_not_author,
    why_not_open,
    why_not_regional,
)
from core import journal
from core.actor import Actor
from core.editing import apply_changes, lock
from core.errors import ConditionsNotMet, InvalidInput, NotAllowed
from core.models import JournalEntry
from core.outbox import queue_mail

journal.register_verbs(
    {
        "capitalisation.ressource_ouverte": "a ouvert la ressource à d’autres lecteurs",
        "capitalisation.ressource_refermee": "a refermé la ressource",
        "capitalisation.ressource_ouverture_demandee": "a demandé d’ouvrir la ressource",
        "capitalisation.ressource_ouverture_declinee": "n’a pas ouvert la ressource",
        "capitalisation.ressource_ouverture_retiree": "a retiré sa demande d’ouverture",
    }
)
MAIL_DEMANDEE = "capitalisation/ouverture_demandee"
MAIL_DECIDEE = "capitalisation/ouverture_decidee"
#: From the closest circle; each holds those before it.
CERCLES = tuple(Lecteurs.values)


def rank(lecteurs: str) -> int:
    """The wider the circle, the higher."""
    return CERCLES.index(lecteurs)


def conditions(ressource: Ressource, lecteurs: str) -> list[str]:
    """What is missing before that circle reads it, whoever opens, in sentences."""
    lacking = []
    if lecteurs == Lecteurs.REGION and ressource.region_id is None:
        lacking.append("Elle n’est d’aucune région : elle s’ouvre au réseau, une fois publiée.")
    if rank(lecteurs) >= rank(Lecteurs.RESEAU) and ressource.state not in PUBLIES:
        lacking.append("Elle n’est pas publiée : proposez-la d’abord au comité éditorial.")
    if lecteurs == Lecteurs.PUBLIC:
        if ressource.licence == Licence.RESEAU:
            lacking.append("Sa licence la réserve au réseau : donnez-lui une autre licence.")
        if ressource.recit_id is not None and not ressource.recit.versions.exists():
            lacking.append("Aucune version de ce récit n’est arrêtée.")
    return lacking


def why_not_close(actor: Actor, ressource: Ressource) -> str:
    """Why ``actor`` may not close it again, or ``""``: the depositor, and whoever opens to that circle, may."""
    return unless_one_may(why_not_author(actor, ressource), why_not_open(actor, ressource, ressource.lecteurs))


def why_not_ask(actor: Actor, ressource: Ressource) -> str:
    """Why ``actor`` may not ask for a wider circle, or ``""``: the depositor and the C2RA may."""
    return unless_one_may(why_not_author(actor, ressource), why_not_regional(actor, ressource))


def _circle(lecteurs: str) -> str:
    if lecteurs not in CERCLES:
        raise InvalidInput("Choisissez qui la lira.")
    return Lecteurs(lecteurs)


def _ensure_ready(ressource: Ressource, lecteurs: str) -> None:
    if lacking := conditions(ressource, lecteurs):
        raise ConditionsNotMet("Elle ne peut pas encore être ouverte à ces lecteurs.", reasons=lacking)


@transaction.atomic
def open_to(ressource: Ressource, lecteurs: str, *, actor: Actor, expected_version: int | None = None) -> Ressource:
    """Open it to a wider circle, or close it to a closer one, at once.

    Raises ``NotAllowed``, ``ConditionsNotMet``, ``InvalidInput``, ``StaleState``.
    """
    circle = _circle(lecteurs)
    fresh = lock(ressource, expected_version, typed=False)
    if circle == fresh.lecteurs:
        raise InvalidInput("C’est déjà à ces lecteurs qu’elle est ouverte.")
    wider = rank(circle) > rank(fresh.lecteurs)
    if refusal := why_not_open(actor, fresh, circle) if wider else why_not_close(actor, fresh):
        raise NotAllowed(refusal)
    if wider:
        _ensure_ready(fresh, circle)
    asked = fresh.lecteurs_demandes
    answered = bool(asked) and rank(circle) >= rank(asked)
    done = apply_changes(
        fresh, {"lecteurs": circle, **({"lecteurs_demandes": ""} if answered else {})}, actor=actor,
        verb="capitalisation.ressource_ouverte" if wider else "capitalisation.ressource_refermee",
        expected_version=None, scope=fresh,
    )  # fmt: skip
    if answered:
        _tell_author(done, asked, actor)
    return done


@transaction.atomic
def ask(ressource: Ressource, lecteurs: str, *, actor: Actor, expected_version: int | None = None) -> Ressource:
    """Ask who may for a wider circle; those who decide are told. Raises as :func:`open_to`."""
    circle = _circle(lecteurs)
    fresh = lock(ressource, expected_version, typed=False)
    if refusal := why_not_ask(actor, fresh):
        raise NotAllowed(refusal)
    if rank(circle) <= rank(fresh.lecteurs):
        raise InvalidInput("Ces lecteurs la lisent déjà.")
    if circle == fresh.lecteurs_demandes:
        raise InvalidInput("C’est déjà demandé.")
    if not why_not_open(actor, fresh, circle):
        raise InvalidInput("Vous pouvez l’ouvrir vous-même.")
    _ensure_ready(fresh, circle)
    done = apply_changes(
        fresh, {"lecteurs_demandes": circle}, actor=actor, verb="capitalisation.ressource_ouverture_demandee",
        expected_version=None, scope=fresh,
    )  # fmt: skip
    for person in deciders(done, circle):
        queue_mail(
            MAIL_DEMANDEE, to=person.email, context={"ressource": done.pk, "lecteurs": circle}, actor=actor,
            scope=done, urgent=False, key=f"ouverture-demandee-{done.pk}-{done.version}-{person.pk}",
        )  # fmt: skip
    return done


@transaction.atomic
def decline(ressource: Ressource, *, actor: Actor, reason: str = "", expected_version: int | None = None) -> Ressource:
    """Do not open it as asked (whoever decides, with her reason), or take one's own request back.

    Raises ``NotAllowed``, ``InvalidInput``, ``StaleState``.
    """
    fresh = lock(ressource, expected_version, typed=False)
    asked = fresh.lecteurs_demandes
    if not asked:
        raise InvalidInput("Aucune ouverture n’est demandée.")
    decides = not why_not_open(actor, fresh, asked)
    if not decides and (refusal := why_not_ask(actor, fresh)):
        raise NotAllowed(refusal)
    if decides and not reason.strip():
        raise InvalidInput("Dites pourquoi : qui l’a demandé le lira.")
    verb = "declinee" if decides else "retiree"
    done = apply_changes(
        fresh, {"lecteurs_demandes": ""}, actor=actor, verb=f"capitalisation.ressource_ouverture_{verb}",
        expected_version=None, scope=fresh, reason=reason.strip(),
    )  # fmt: skip
    if decides:
        _tell_author(done, asked, actor)
    return done


def deciders(ressource: Ressource, lecteurs: str) -> list[User]:
    """Who may open it to that circle, and answers for it there: those who write in the C2RA of its région, or in the
    Avise (everybody, or a resource of no région)."""
    if lecteurs == Lecteurs.RESEAU and ressource.region_id is not None:
        where = {"organisation__kind": OrganisationKind.C2RA, "organisation__region": ressource.region_id}
    else:
        where = {"organisation__kind": OrganisationKind.AVISE}
    rows = Membership.objects.active().filter(organisation__is_active=True, **where).exclude(role=Role.LECTURE)
    rows = rows.select_related("user")
    return list({row.user_id: row.user for row in rows.order_by("pk")}.values())


def _tell_author(ressource: Ressource, asked: str, actor: Actor) -> None:
    """Whoever answers for the resource, and whoever asked for it when that is somebody else (the C2RA)."""
    people = {person.pk: person for person in (in_charge(ressource.auteur, ressource.contributeur), _asker(ressource))
              if person is not None and person.pk != actor.user_id}  # fmt: skip
    for person in people.values():
        queue_mail(
            MAIL_DECIDEE, to=person.email,
            context={"ressource": ressource.pk, "lecteurs": asked, "version": ressource.version}, actor=actor,
            scope=ressource, urgent=False, key=f"ouverture-decidee-{ressource.pk}-{ressource.version}-{person.pk}",
        )  # fmt: skip


def _asker(ressource: Ressource) -> User | None:
    """Who asked last, while she still acts for an organisation: the journal knows."""
    entry = (
        JournalEntry.objects.filter(
            object_type=ressource._meta.label_lower,
            object_id=ressource.pk,
            verb="capitalisation.ressource_ouverture_demandee",
        )
        .order_by("-at", "-pk")
        .first()
    )
    if entry is None or entry.actor_user_id is None:
        return None
    running = Membership.objects.active().filter(user=entry.actor_user_id, organisation=entry.organisation_id)
    found = running.select_related("user").first()
    return found.user if found is not None else None
