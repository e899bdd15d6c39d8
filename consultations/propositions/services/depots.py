"""Depositing a proposition, and taking a deposit back, until the deadline.

The instant that counts is that at which the request reached the server, read before anything waits; it is compared with
the deadline as it stands once the call is locked, so that every process agrees and a rush costs nobody who was on time.
"""

from __future__ import annotations

import datetime as dt
import secrets
from typing import Any

from django.db import transaction

from consultations.appel.models import Appel, Invitation
from consultations.appel.services.base import lock_ingenierie
from consultations.propositions import coffre
from consultations.propositions.contenu import empreinte, fige, rien_d_ecrit
from consultations.propositions.models import ContenuScelle, Depot, PieceScellee, Proposition, RetraitDepot
from consultations.propositions.permissions import NOT_AUTHOR, is_author
from consultations.propositions.services.ouverture import reveal
from core import clock, journal
from core.actor import Actor
from core.documents.jobs import request_document
from core.editing import lock
from core.errors import DomainError, InvalidInput, NotAllowed, StaleState
from core.outbox import queue_mail
from partners.portfolio.prestataire.enums import RoleMembre
from partners.portfolio.prestataire.models import Membre
from projects.ingenierie.services import touch

journal.register_verbs(
    {
        "consultations.depot": "a déposé sa proposition",
        "consultations.depot_retire": "a retiré sa proposition",
    }
)

DOCUMENT_RECU, DOCUMENT_RETRAIT = "recu_proposition", "retrait_proposition"


class NonRecu(DomainError):
    """Nothing is received any more; the sentence says what time it is here."""

    title = "Cette proposition n’est pas reçue"


def _locked(invitation: Invitation, actor: Actor, arrived: dt.datetime) -> Invitation:
    """The invitation, fresh, its call locked. Raises ``NotAllowed``, :class:`NonRecu`."""
    if not invitation.appel.is_sealed:
        lock_ingenierie(
            invitation.appel.ingenierie
        )  # what is read at once is told to the dossier, locked before the call
    appel: Appel = lock(invitation.appel)
    fresh = Invitation.objects.select_related("prestataire").get(pk=invitation.pk)
    fresh.appel = appel
    if not is_author(fresh, actor):
        raise NotAllowed(NOT_AUTHOR)
    refusal = fresh.why_not_propose(arrived)
    if refusal:
        raise NonRecu(f"{refusal} Rien n’est perdu : votre texte reste dans votre brouillon.")
    return fresh


def present_pieces(proposition: Proposition) -> list[PieceScellee]:
    """The files of the draft, oldest first."""
    return list(proposition.pieces.filter(retiree_at=None).order_by("created_at", "pk"))


def deposit(invitation: Invitation, actor: Actor, arrived: dt.datetime | None = None) -> Depot:
    """Receive the draft as it stands: what was deposited before is replaced. Sending the same thing again gives the
    same receipt. ``arrived``: when it reached the server, now when it is not told.

    The receipt is printed and sent by mail; nothing is told to the dossier of who deposited. Where nothing is sealed
    (a pre-selected prestataire, no competition), the team reads it at once.
    Raises ``NotAllowed``; :class:`NonRecu` after the deadline, with the server's time; ``InvalidInput`` when nothing
    is written.
    """
    arrived = arrived or clock.now()  # before the transaction: the database may let it wait
    with transaction.atomic():
        return _deposit(invitation, actor, arrived)


def _deposit(invitation: Invitation, actor: Actor, arrived: dt.datetime) -> Depot:
    fresh = _locked(invitation, actor, arrived)
    appel = fresh.appel
    found = Proposition.objects.filter(invitation=fresh).first()
    proposition = lock(found) if found is not None else None
    pieces = present_pieces(proposition) if proposition is not None else []
    if proposition is None or (rien_d_ecrit(proposition.brouillon) and not pieces):
        raise InvalidInput("Votre proposition est vide : écrivez-la, ou joignez-la, avant de la déposer.")
    contenu = _content(fresh, proposition, pieces)
    last = proposition.depots.order_by("-numero").first()
    if last is not None and not last.is_withdrawn and _same(last.contenu, contenu):
        return last
    depot = Depot(
        proposition=proposition,
        numero=(last.numero if last else 0) + 1,
        at=arrived,
        by=actor.user,
        by_label=actor.label[:200],
        sha256=empreinte(contenu),
        recu="-".join(["R", *(secrets.token_hex(2).upper() for _ in range(3))]),
    )
    depot.save()
    depot.pieces.set(pieces)
    ContenuScelle.objects.create(depot=depot, jeton=coffre.seal(contenu))
    journal.record(
        actor,
        "consultations.depot",
        depot,
        scope=proposition,
        changes={"recu": (None, depot.recu), "sha256": (None, depot.sha256)},
    )
    request_document(DOCUMENT_RECU, depot.pk, actor=Actor.system("récépissé"), keep=True, key=f"recu-{depot.pk}")
    for user, email in _told(fresh, actor):
        queue_mail(
            "consultations/recu",
            to=email,
            context={"depot": depot.pk, "user": user},
            actor=actor,
            scope=proposition,
            key=f"recu-{depot.pk}-{user}",
        )
    if not appel.is_sealed:
        reveal(appel, depot)
        touch(appel.ingenierie_id)
    return depot


def _content(invitation: Invitation, proposition: Proposition, pieces: list[PieceScellee]) -> dict[str, Any]:
    version = invitation.appel.version_diffusee
    return fige(
        proposition.brouillon,
        collective=not invitation.appel.ingenierie.is_individuelle,
        prestataire=str(invitation.prestataire),
        siret=invitation.prestataire.siret,
        version=version.numero if version is not None else 0,
        pieces=[
            {"nom": fiche["nom"], "sha256": fiche["sha256"], "taille": piece.taille}
            for piece in pieces
            for fiche in [piece.fiche]
        ],
    )


def _same(a: dict[str, Any], b: dict[str, Any]) -> bool:
    return {**a, "alea": ""} == {**b, "alea": ""}


def _told(invitation: Invitation, actor: Actor) -> list[tuple[int, str]]:
    """Who receives the receipt: who deposited, and the référents of the prestataire."""
    referents = Membre.objects.active().filter(prestataire=invitation.prestataire_id, role=RoleMembre.REFERENT)
    told = dict(referents.order_by("pk").values_list("user_id", "user__email"))
    if actor.user is not None:
        told[actor.user.pk] = actor.user.email
    return list(told.items())


def withdraw(invitation: Invitation, actor: Actor, arrived: dt.datetime | None = None) -> Depot:
    """Take back what was deposited, until the deadline: the draft stays, and may be deposited again. A receipt of it is
    printed and sent by mail, as for a deposit.

    Raises as :func:`deposit`, ``StaleState`` when nothing is deposited.
    """
    arrived = arrived or clock.now()
    with transaction.atomic():
        return _withdraw(invitation, actor, arrived)


def standing_of(invitation: Invitation) -> Depot | None:
    """What this prestataire has deposited and not taken back."""
    proposition = Proposition.objects.filter(invitation=invitation).first()
    return proposition.depot_courant if proposition is not None else None


def told_before_decline(invitation: Invitation) -> str:
    """What declining takes back, said before."""
    depot = standing_of(invitation)
    if depot is None:
        return ""
    return (
        f"Votre proposition est déposée (récépissé {depot.recu}) : en ne vous positionnant pas, vous la retirez. "
        "Elle ne sera pas ouverte ; votre brouillon reste, avec l’heure du retrait."
    )


def take_back(invitation: Invitation, actor: Actor, arrived: dt.datetime) -> str:
    """Take back what stands, by the act of declining; in its transaction, the call locked."""
    if standing_of(invitation) is None:
        return ""
    depot = _withdraw(invitation, actor, arrived)
    return f"Votre dépôt {depot.recu} est retiré."


def _withdraw(invitation: Invitation, actor: Actor, arrived: dt.datetime) -> Depot:
    fresh = _locked(invitation, actor, arrived)
    depot = standing_of(fresh)
    if depot is None:
        raise StaleState("Aucune proposition n’est déposée, ou elle a déjà été retirée.")
    proposition = depot.proposition
    retrait = RetraitDepot(depot=depot, at=arrived, by_label=actor.label[:200])
    retrait.save()
    journal.record(actor, "consultations.depot_retire", depot, scope=proposition, changes={"recu": (depot.recu, None)})
    printer = Actor.system("récépissé")
    request_document(DOCUMENT_RETRAIT, retrait.pk, actor=printer, keep=True, key=f"retrait-{retrait.pk}")
    for user, email in _told(fresh, actor):
        queue_mail(
            "consultations/retrait",
            to=email,
            context={"retrait": retrait.pk, "user": user},
            actor=actor,
            scope=proposition,
            key=f"retrait-{retrait.pk}-{user}",
        )
    if not fresh.appel.is_sealed:
        touch(fresh.appel.ingenierie_id)
    return depot
