"""A problem is reported; the author, the C2RA of the région or the Avise deals with it, and says so."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from capitalisation.bibliotheque.models import Ressource
from capitalisation.usages.enums import EtatSignalement, Motif
from capitalisation.usages.models import Signalement
from capitalisation.usages.permissions import why_not_ask, why_not_handle
from capitalisation.usages.services.adresses import author, on_behalf_of, overseers
from core import clock, journal
from core.actor import Actor
from core.editing import apply_changes, checked, create, lock, lock_rows
from core.errors import InvalidInput, NotAllowed, StaleState
from core.outbox import queue_mail

journal.register_verbs(
    {
        "capitalisation.signalement": "a signalé un problème de la ressource",
        "capitalisation.signalement_traite": "a traité un problème signalé",
        "capitalisation.signalement_ecarte": "a écarté un problème signalé",
    }
)

MAIL = "capitalisation/signalement"
MAIL_DROITS = "capitalisation/signalement_droits"
MAIL_SUITE = "capitalisation/signalement_suite"
#: What several people report is one and the same thing: dealt with together.
REUNIS = (Motif.LIEN, Motif.A_REVERIFIER)
SIGNALEMENTS_MAX = 100
ALREADY = "Ce problème n’est plus à traiter : quelqu’un d’autre vient de le faire."


@transaction.atomic
def report(ressource: Ressource, values: Mapping[str, Any], *, actor: Actor) -> Signalement:
    """Report a problem. Rights go at once to the C2RA and the author; the rest to the author, with the day's mails,
    once for all who report the same thing. Raises ``NotAllowed``, ``InvalidInput``."""
    fresh = lock(ressource)
    if refusal := why_not_ask(actor, fresh):
        raise NotAllowed(refusal)
    open_ones = Signalement.objects.filter(ressource=fresh, etat=EtatSignalement.OUVERT)
    same = open_ones.filter(motif=values["motif"])
    if actor.user_id is not None and same.filter(user=actor.user_id).exists():
        raise InvalidInput("Vous l’avez déjà signalé, et ce n’est pas encore traité : vous serez prévenu de la suite.")
    if open_ones.count() >= SIGNALEMENTS_MAX:
        raise InvalidInput("Trop de signalements attendent sur cette ressource : ils seront traités d’abord.")
    gathered = values["motif"] in REUNIS and same.exists()
    row = create(
        Signalement(ressource=fresh, user=actor.user, de=on_behalf_of(actor)), values,
        actor=actor, verb="capitalisation.signalement", scope=fresh,
    )  # fmt: skip
    if not gathered:
        _tell(row, fresh, actor)
    return row


def _tell(row: Signalement, ressource: Ressource, actor: Actor) -> None:
    serious = row.motif == Motif.DROITS
    to = {*author(ressource), *overseers(ressource)} if serious else set(author(ressource))
    for address in sorted(to):
        queue_mail(
            MAIL_DROITS if serious else MAIL, to=address, context={"signalement": row.pk}, actor=actor,
            scope=ressource, urgent=serious,
        )  # fmt: skip


def together(signalement: Signalement) -> list[Signalement]:
    """Those that are dealt with at once: this one, and who else reported the same thing."""
    if signalement.motif not in REUNIS:
        return [signalement]
    rows = Signalement.objects.filter(
        ressource=signalement.ressource_id, motif=signalement.motif, etat=EtatSignalement.OUVERT
    )
    return list(rows.select_related("user").order_by("pk"))


@transaction.atomic
def settle(
    signalement: Signalement, values: Mapping[str, Any], *, actor: Actor, expected_version: int | None
) -> Signalement:
    """Say what came of it (``etat``: traité or écarté; ``suite``); each who reported it is told.

    Raises ``NotAllowed``, ``InvalidInput``, ``StaleState``, ``EditConflict``.
    """
    ressource = signalement.ressource
    if refusal := why_not_handle(actor, ressource):
        raise NotAllowed(refusal)
    if values["etat"] not in (EtatSignalement.TRAITE, EtatSignalement.ECARTE):
        raise InvalidInput("Dites si le problème est traité ou écarté.")
    if not values["suite"].strip():
        raise InvalidInput("Dites ce qui a été fait, ou pourquoi rien ne change : qui l’a signalé le lira.")
    told = checked(signalement, {"suite": values["suite"].strip()}, only=("suite",)) | {"etat": values["etat"]}
    lock(ressource)
    fresh = lock(signalement, expected_version)
    if fresh.etat != EtatSignalement.OUVERT:
        raise StaleState(ALREADY)
    for row in lock_rows(Signalement.objects.filter(pk__in=[one.pk for one in together(fresh)]).order_by("pk")):
        close(row, ressource, told, actor=actor)
    fresh.refresh_from_db()
    return fresh


def close(row: Signalement, ressource: Ressource, values: Mapping[str, Any], *, actor: Actor) -> None:
    """One of them, locked, is over; who reported it is told."""
    told = {
        "etat": values["etat"], "suite": values["suite"], "traite_le": clock.now(),
        "traite_par": on_behalf_of(actor) or actor.label[:200],
    }  # fmt: skip
    verb = f"capitalisation.signalement_{values['etat']}"
    done = apply_changes(row, told, actor=actor, verb=verb, expected_version=None, scope=ressource)
    if done.user is not None and done.user.is_active and done.user_id != actor.user_id:
        queue_mail(
            MAIL_SUITE, to=done.user.email, context={"signalement": done.pk}, actor=actor, scope=ressource,
            key=f"signalement-suite-{done.pk}",
        )  # fmt: skip
