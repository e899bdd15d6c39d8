"""A payment is asked for, then paid: by the prestataire and by the team."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.files.base import File
from django.db import transaction

from core import journal
from core.actor import Actor
from core.editing import apply_changes, checked, create, lock, remove
from core.errors import InvalidInput, NotAllowed, StaleState
from core.formats import format_money_plain
from core.models import Attachment
from core.outbox import queue_mail
from core.uploads import attach
from missions.conventions.models import Convention
from missions.mission.permissions import is_prestataire, why_not_fill, why_not_follow
from missions.paiements.echeancier import Echeance, echeances_of
from missions.paiements.models import Paiement
from missions.suivi.services import charge_address
from projects.ingenierie.services import touch

journal.register_verbs(
    {
        "missions.paiement_demande": "a demandé un paiement",
        "missions.paiement_note": "a enregistré un paiement",
        "missions.paiement_corrige": "a corrigé un paiement",
        "missions.paiement_efface": "a effacé un paiement noté par erreur",
    }
)

#: The category of the attachment that is the invoice.
FACTURE = "facture"
DEMANDE = ("demande_le", "montant_demande", "facture")
PAIEMENT = ("paye_le", "montant_paye")


def find(convention: Convention, cle: str) -> Echeance:
    """The amount due that ``cle`` names. Raises ``StaleState`` when it is not there (any more)."""
    for row in echeances_of(convention):
        if row.cle == cle:
            return row
    raise StaleState("Cette échéance n’est plus à l’échéancier : rechargez la page.")


def _within(echeance: Echeance, values: Mapping[str, Any], paiement: Paiement | None) -> None:
    """What is asked for and what is paid stay within what is due: more supposes an avenant."""
    due = format_money_plain(echeance.montant)
    for name, what in (("montant_demande", "demande"), ("montant_paye", "paie")):
        amount = values.get(name, getattr(paiement, name, None))
        if name in values and amount is not None and amount > echeance.montant:
            raise InvalidInput(f"Cette échéance est de {due} TTC : on ne {what} pas davantage sans un avenant.")


def _locked(convention: Convention, cle: str) -> Echeance:
    """The amount due, its mission locked: two people never ask for the same one twice."""
    locked = lock(convention)
    locked.ingenierie, locked.choix = convention.ingenierie, convention.choix
    return find(locked, cle)


def _new(convention: Convention, echeance: Echeance) -> Paiement:
    return Paiement(convention=convention, prevu=echeance.prevu, avenant=echeance.avenant)


def demander(
    convention: Convention, cle: str, values: Mapping[str, Any], *, actor: Actor, facture: File | None = None
) -> Paiement:
    """Ask for a payment (``demande_le``, ``montant_demande``, ``facture``: its number), with the invoice.

    The prestataire joins it; the team that records a request received otherwise may. Raises ``NotAllowed``,
    ``InvalidInput``, ``StaleState`` (asked for already).
    """
    if refusal := why_not_fill(actor, convention):
        raise NotAllowed(refusal)
    by_prestataire = is_prestataire(actor, convention) and not actor.is_system
    if by_prestataire and facture is None:
        raise InvalidInput("Joignez la facture.")
    with transaction.atomic():
        echeance = _locked(convention, cle)
        if echeance.demande or echeance.paye:
            raise StaleState("Ce paiement est déjà demandé, ou fait.")
        _within(echeance, values, None)
        row = _new(convention, echeance)
        row.demande_par = actor.label[:200]
        if unknown := set(values) - set(DEMANDE):
            raise InvalidInput(f"Champs inconnus : {', '.join(sorted(unknown))}.")
        create(row, values, actor=actor, verb="missions.paiement_demande", scope=convention.ingenierie)
        if facture is not None:
            attach(row, facture, actor=actor, scope=convention.ingenierie, category=FACTURE)
        if by_prestataire and (email := charge_address(convention)):
            queue_mail(
                "missions/paiement_demande",
                to=email,
                context={"paiement": row.pk},
                actor=actor,
                scope=convention.ingenierie,
                key=f"paiement-demande-{row.pk}",
                urgent=False,
            )
        touch(convention.ingenierie_id)
    return row


def payer(
    convention: Convention, cle: str, values: Mapping[str, Any], *, actor: Actor, expected_version: int | None = None
) -> Paiement:
    """Record that a payment was made (``paye_le``, ``montant_paye``), asked for or not; the same corrects it, and takes
    it out when both are ``None``: it was noted by mistake.

    Raises ``NotAllowed``, ``InvalidInput``, ``EditConflict``.
    """
    if refusal := why_not_follow(actor, convention):
        raise NotAllowed(refusal)
    with transaction.atomic():
        echeance = _locked(convention, cle)
        row = echeance.paiement
        _within(echeance, values, row)
        emptied = set(values) == set(PAIEMENT) and not any(values.values())
        if emptied and (row is None or row.paye_le is None):
            raise InvalidInput("Donnez le jour et le montant payés.")
        if emptied and row.demande_le is None:
            # Nothing else is in it: it goes, and may be asked for again.
            row = lock(row, expected_version)
            remove(row, actor=actor, verb="missions.paiement_efface", scope=convention.ingenierie)
        elif row is None:
            if expected_version:
                raise StaleState("Ce paiement a été retiré entre-temps : rechargez la page.")
            row = _new(convention, echeance)
            if set(values) - set(PAIEMENT):
                raise InvalidInput("On enregistre ici le jour et le montant payés.")
            create(row, values, actor=actor, verb="missions.paiement_note", scope=convention.ingenierie)
        else:
            verb = "missions.paiement_corrige" if row.paye_le else "missions.paiement_note"
            verb = "missions.paiement_efface" if emptied else verb
            row = apply_changes(
                row,
                checked(row, values, only=PAIEMENT),
                actor=actor,
                verb=verb,
                expected_version=expected_version,
                scope=convention.ingenierie,
            )
        touch(convention.ingenierie_id)
    return row


def corriger_demande(
    paiement: Paiement, values: Mapping[str, Any], *, actor: Actor, expected_version: int | None = None
) -> Paiement:
    """Correct what was asked for, while it is not paid. Raises ``NotAllowed``, ``InvalidInput``, ``EditConflict``."""
    convention = paiement.convention
    if refusal := why_not_fill(actor, convention):
        raise NotAllowed(refusal)
    with transaction.atomic():
        cle = f"p{paiement.prevu_id}" if paiement.prevu_id else f"a{paiement.avenant_id}"
        echeance = _locked(convention, cle)
        locked = lock(paiement, expected_version)
        if locked.paye_le is not None:
            raise NotAllowed("Ce paiement est fait : sa demande ne change plus.")
        _within(echeance, values, locked)
        fresh = apply_changes(
            locked,
            checked(locked, values, only=DEMANDE),
            actor=actor,
            verb="missions.paiement_corrige",
            expected_version=expected_version,
            scope=convention.ingenierie,
        )
        touch(convention.ingenierie_id)
    return fresh


def factures_of(paiements: list[Paiement]) -> dict[int, list[Attachment]]:
    """The invoices of these payments: one query."""
    found: dict[int, list[Attachment]] = {}
    for piece in Attachment.objects.of(Paiement._meta.label_lower, [row.pk for row in paiements]):
        found.setdefault(piece.object_id, []).append(piece)
    return found
