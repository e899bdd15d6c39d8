"""A committee: begun when it is first needed, settled, its members come and leave."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from accounts.enums import OrganisationKind
from accounts.models import Organisation, User
from accounts.services.erasure import anonymous
from capitalisation.comite.models import ComiteEditorial, Examen, MembreComite
from capitalisation.comite.permissions import why_not_judge, why_not_manage
from capitalisation.comite.services import invitations
from core import clock, journal
from core.actor import Actor
from core.editing import apply_changes, checked, create, lock
from core.errors import InvalidInput, NotAllowed
from referentiels.models import Region

journal.register_verbs(
    {
        "capitalisation.comite_ouvert": "a ouvert le comité éditorial",
        "capitalisation.comite_regle": "a modifié les réglages du comité éditorial",
        "capitalisation.comite_membre_ajoute": "a ajouté un membre au comité éditorial",
        "capitalisation.comite_membre_modifie": "a modifié un membre du comité éditorial",
        "capitalisation.comite_membre_parti": "a noté le départ d’un membre du comité éditorial",
        "capitalisation.comite_membre_efface": "a effacé le nom d’un ancien membre du comité éditorial",
    }
)

MEMBRES_MAX = 40


def organisation_of(comite: ComiteEditorial) -> Organisation | None:
    """The C2RA of the région, or the Avise: in whose name the committee writes."""
    kind = {"kind": OrganisationKind.C2RA, "region": comite.region_id}
    rows = Organisation.objects.filter(is_active=True)
    found = rows.filter(**kind) if comite.region_id else rows.filter(kind=OrganisationKind.AVISE)
    return found.order_by("pk").first()


def comite_of(region: Region | int | None) -> ComiteEditorial | None:
    """The committee of a région (a Region or its pk), or the national one, if it was begun."""
    return ComiteEditorial.objects.filter(region=region).select_related("region").first()


@transaction.atomic
def ensure_comite(region: Region | int | None, *, actor: Actor) -> ComiteEditorial:
    """The committee of a région, or the national one (``None``), begun if it is not yet."""
    pk = getattr(region, "pk", region)
    comite, new = ComiteEditorial.objects.get_or_create(region_id=pk)
    if new:
        journal.record(actor, "capitalisation.comite_ouvert", comite, scope=comite)
    return comite


def _ensure(actor: Actor, comite: ComiteEditorial) -> None:
    if refusal := why_not_manage(actor, comite):
        raise NotAllowed(refusal)


@transaction.atomic
def update_reglages(
    comite: ComiteEditorial, values: Mapping[str, Any], *, actor: Actor, expected_version: int | None
) -> ComiteEditorial:
    """Change how many avis are needed, and how long the members have (for the examinations to come).

    Raises ``NotAllowed``, ``InvalidInput``, ``EditConflict``.
    """
    _ensure(actor, comite)
    return apply_changes(
        comite,
        checked(comite, values, only=("quorum", "delai_jours")),
        actor=actor,
        verb="capitalisation.comite_regle",
        expected_version=expected_version,
        scope=comite,
    )


@transaction.atomic
def add_membre(comite: ComiteEditorial, values: Mapping[str, Any], *, actor: Actor) -> MembreComite:
    """Somebody sits from now on: ``user`` (an account), or ``nom`` and ``email`` (by link); ``qualite`` says as what.
    What is under examination is asked to her at once.

    Raises ``NotAllowed``, ``InvalidInput`` (sits already, nobody named, too many).
    """
    _ensure(actor, comite)
    lock(comite)
    user: User | None = values.get("user")
    if user is not None and (not user.is_active or user.efface_le is not None):
        raise InvalidInput("Ce compte est fermé : choisissez quelqu’un d’autre.")
    nom, email = (str(user), user.email) if user is not None else (values.get("nom", ""), values.get("email", ""))
    if comite.membres.actifs().count() >= MEMBRES_MAX:
        raise InvalidInput(f"{MEMBRES_MAX} membres au plus.")
    told = {"user": user, "nom": nom[:120], "email": email.strip().lower(), "qualite": values["qualite"]}
    row = create(
        MembreComite(comite=comite), told, actor=actor, verb="capitalisation.comite_membre_ajoute", scope=comite
    )
    for examen in comite.examens.ouverts().select_related("ressource").order_by("pk"):
        if not why_not_judge(row, examen.ressource):
            invitations.ask(examen, row)
    return row


@transaction.atomic
def update_membre(
    membre: MembreComite, values: Mapping[str, Any], *, actor: Actor, expected_version: int | None
) -> MembreComite:
    """Change as what somebody sits and, of who sits by link, her name and address: what is under examination is sent to
    the new address, the links sent to the former one do not serve any more.

    Raises ``NotAllowed``, ``InvalidInput``, ``EditConflict``.
    """
    _ensure(actor, membre.comite)
    fresh = lock(membre)
    if fresh.parti_le is not None:
        raise InvalidInput("Cette personne ne siège plus : ajoutez-la de nouveau s’il le faut.")
    only = ("qualite",) if fresh.user_id else ("qualite", "nom", "email")
    told = dict(values)
    if "email" in told:
        told["email"] = told["email"].strip().lower()
    before = fresh.email.lower()
    done = apply_changes(
        fresh,
        checked(fresh, told, only=only),
        actor=actor,
        verb="capitalisation.comite_membre_modifie",
        expected_version=expected_version,
        scope=fresh.comite,
    )
    if done.email.lower() != before:
        for examen in done.comite.examens.ouverts().order_by("pk"):  # by link: she deposited none
            invitations.revoke(examen, before)
            invitations.ask(examen, done)
    return done


@transaction.atomic
def leave(membre: MembreComite, *, actor: Actor, expected_version: int | None = None) -> MembreComite:
    """Somebody does not sit any more: her avis stay under her quality, her links stop.

    Raises ``NotAllowed``, ``StaleState``.
    """
    _ensure(actor, membre.comite)
    fresh = lock(membre, expected_version, typed=False)
    if fresh.parti_le is not None:
        return fresh
    done = apply_changes(
        fresh,
        {"parti_le": clock.now()},
        actor=actor,
        verb="capitalisation.comite_membre_parti",
        expected_version=None,
        scope=fresh.comite,
    )
    for examen in Examen.objects.ouverts().filter(comite=fresh.comite_id).order_by("pk"):
        invitations.revoke(examen, fresh.email)
    return done


@transaction.atomic
def forget(membre: MembreComite, *, actor: Actor, expected_version: int | None = None) -> MembreComite:
    """Erase the name and the address of who left: what she said stays, under her quality.

    Raises ``NotAllowed``, ``InvalidInput`` while she sits, ``StaleState``.
    """
    _ensure(actor, membre.comite)
    fresh = lock(membre, expected_version, typed=False)
    if fresh.parti_le is None:
        raise InvalidInput("Cette personne siège encore : notez d’abord son départ.")
    invitations.forget(fresh)
    fresh.user, fresh.nom, fresh.email = None, "", anonymous("membre", fresh.pk)
    fresh.version += 1
    fresh.save(update_fields=["user", "nom", "email", "version"])
    journal.record(actor, "capitalisation.comite_membre_efface", fresh, scope=fresh.comite, changes={"nom": None})
    return fresh
