"""Opening the propositions of a call, in one act that leaves a record; checking one against its receipt."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Count, Max

from consultations.appel.models import Appel
from consultations.appel.registry import at_opening
from consultations.appel.services.cycle import depouiller
from consultations.propositions.models import Depot, Ouverture, Proposition, PropositionOuverte
from consultations.propositions.permissions import why_not_open
from consultations.propositions.services.brouillon import read_piece
from core import clock, journal
from core.actor import Actor
from core.documents.jobs import request_document
from core.errors import ConditionsNotMet, InvalidInput, NotAllowed
from core.models import Attachment
from core.text import typed_text
from core.uploads import attach
from projects.ingenierie.services import touch

journal.register_verbs({"consultations.ouverture": "a arrêté le relevé de l’"})

DOCUMENT_RELEVE = "releve_ouverture"
AUCUNE = "Aucune proposition n’a été reçue : il n’y a rien à ouvrir. Prolongez l’appel pour tous, ou terminez-le."


def received(appels: Collection[int]) -> dict[int, int]:
    """How many propositions stand for each of these calls (primary keys): never whose. One query."""
    rows = Proposition.objects.received().filter(invitation__appel__in=appels).order_by()
    return dict(rows.values("invitation__appel").annotate(n=Count("pk")).values_list("invitation__appel", "n"))


def standing(appel: Appel) -> list[Depot]:
    """The deposits that count, in the order of arrival. For the opening alone."""
    rows = Proposition.objects.received().filter(invitation__appel=appel)
    keys = [row.dernier for row in rows]
    return list(
        Depot.objects.filter(pk__in=keys)
        .select_related("proposition__invitation__prestataire", "scelle")
        .order_by("at", "pk")
    )


def open_call(appel: Appel, actor: Actor, temoin: str = "", qualite: str = "") -> Ouverture:
    """Open all the propositions received, at once; ``temoin`` (and its ``qualite``) is who saw it, if somebody did.

    The record (receipts, instants, SHA-256) is kept for good and printed. Raises ``NotAllowed`` in words, before the
    deadline too; ``ConditionsNotMet`` when none was received; ``CoffreFerme`` when one cannot be read: nothing is
    opened then.
    """
    temoin, qualite = typed_text(temoin, limit=200), typed_text(qualite, limit=200)
    if qualite and not temoin:
        raise InvalidInput("Nommez le témoin, ou effacez sa qualité.")
    refusal = why_not_open(appel, actor)
    if refusal:
        raise NotAllowed(refusal)
    made: list[Ouverture] = []

    def effect(locked: Appel) -> None:
        depots = standing(locked)
        if not depots:
            raise ConditionsNotMet(AUCUNE)
        releve = [{"recu": d.recu, "at": d.at.isoformat(), "sha256": d.sha256} for d in depots]
        ouverture = Ouverture(
            appel=locked,
            at=clock.now(),
            by=actor.user,
            by_label=actor.label[:200],
            temoin=temoin,
            temoin_qualite=qualite,
            releve=releve,
        )
        ouverture.save()
        for depot in depots:
            reveal(locked, depot)
        journal.record(
            actor,
            "consultations.ouverture",
            ouverture,
            scope=locked.ingenierie,
            changes={"releve": ([], [f"{row['recu']} {row['sha256']}" for row in releve])}
            | ({"temoin": ("", temoin)} if temoin else {}),
        )
        made.append(ouverture)

    with transaction.atomic():
        at_opening(depouiller(appel, actor=actor, effect=effect), actor)
        request_document(
            DOCUMENT_RELEVE, made[0].pk, actor=Actor.system("relevé d’ouverture"), keep=True, key=f"releve-{made[0].pk}"
        )
        touch(appel.ingenierie_id)
    return made[0]


def reveal(appel: Appel, depot: Depot) -> PropositionOuverte:
    """Make one deposit readable by the team, files included; doing it twice is doing it once. Inside the transaction
    of the act that allows it. Raises ``CoffreFerme``."""
    known = PropositionOuverte.objects.filter(depot=depot).first()
    if known is not None:
        return known
    last = PropositionOuverte.objects.filter(appel=appel).aggregate(n=Max("numero"))["n"] or 0
    ouverte = PropositionOuverte(
        depot=depot,
        appel=appel,
        invitation=depot.proposition.invitation,
        numero=last + 1,
        contenu=depot.contenu,
        at=clock.now(),
    )
    ouverte.save()
    for piece in depot.pieces.order_by("created_at", "pk"):
        attach(
            ouverte,
            ContentFile(read_piece(piece), name=piece.fiche["nom"]),
            actor=Actor.system("ouverture des propositions"),
            scope=appel.ingenierie,
        )
    return ouverte


# --- Checking -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Verification:
    """What a check found: the SHA-256 of the receipt and that of the content today; each file, still itself or not."""

    recu: str
    attendue: str
    calculee: str
    pieces: list[tuple[str, bool]]

    @property
    def conforme(self) -> bool:
        return self.attendue == self.calculee and all(same for _, same in self.pieces)


def verify(ouverte: PropositionOuverte) -> Verification:
    """Compute again the SHA-256 of the content that is read and of the bytes of its files, and compare them with those
    that the receipt names."""
    attached = {
        (row.original_name, row.sha256): row for row in Attachment.objects.of(ouverte._meta.label_lower, [ouverte.pk])
    }
    pieces = [
        (piece["nom"], _unaltered(attached.get((piece["nom"], piece["sha256"])), piece["sha256"]))
        for piece in ouverte.contenu.get("pieces", [])
    ]
    return Verification(ouverte.depot.recu, ouverte.depot.sha256, ouverte.empreinte, pieces)


def _unaltered(attachment: Any, expected: str) -> bool:
    if attachment is None:
        return False
    try:
        with default_storage.open(attachment.storage_key) as stored:
            return hashlib.sha256(stored.read()).hexdigest() == expected
    except FileNotFoundError:
        return False
