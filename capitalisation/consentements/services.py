"""Consents: listed from the dossier, asked by link, given, refused, taken back; forgotten on request."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django.db import transaction

from accounts import services as accounts
from accounts.in_charge import in_charge
from accounts.models import Grant
from accounts.services.erasure import forget_invitation
from accounts.services.links import REPONDU, REVOQUE, status_of
from accounts.services.sent_links import RESEND_AFTER
from capitalisation.consentements.enums import EtatConsentement, Moyen
from capitalisation.consentements.models import Consentement
from capitalisation.consentements.permissions import why_not_ask, why_not_withdraw
from capitalisation.consentements.registry import AU_OUBLI, AU_RETRAIT
from core import clock, journal
from core.actor import Actor
from core.contacts import addresses
from core.editing import apply_changes, checked, create, lock, lock_rows, remove
from core.errors import InvalidInput, NotAllowed
from core.outbox import queue_mail
from projects.enums import EtatMobilisation
from projects.ingenierie.models import Ingenierie
from projects.ingenierie.services import touch
from projects.structures_ciblees.models import StructureCiblee

journal.register_verbs(
    {
        "capitalisation.consentement_ajoute": "a ajouté un consentement à demander",
        "capitalisation.consentement_modifie": "a modifié à qui un consentement est demandé",
        "capitalisation.consentement_demande": "a demandé un consentement",
        "capitalisation.consentement_accorde": "a noté un consentement accordé",
        "capitalisation.consentement_refuse": "a noté un consentement refusé",
        "capitalisation.consentement_retire": "a noté un consentement retiré",
        "capitalisation.consentement_oublie": "a effacé quelqu’un de la liste des consentements",
    }
)

#: Code of the purpose of the links (``accounts.links``).
LIEN = "consentement-diffusion"
MAIL_RETIRE = "capitalisation/consentement_retire"
CONSENTEMENTS_MAX = 400


def _ingenierie(row: Consentement) -> Ingenierie:
    return row.structure.ingenierie


def _fewer(ingenierie: Ingenierie) -> None:
    """Somebody is not to be named, or not any more: what names them follows."""
    for follow in AU_RETRAIT:
        follow(ingenierie)


def _ensure(actor: Actor, ingenierie: Ingenierie) -> None:
    if refusal := why_not_ask(actor, ingenierie):
        raise NotAllowed(refusal)


def _room_for(ingenierie: Ingenierie, more: int) -> None:
    if Consentement.objects.filter(structure__ingenierie=ingenierie).count() + more > CONSENTEMENTS_MAX:
        raise InvalidInput(f"{CONSENTEMENTS_MAX} consentements au plus.")


def _of_dossier(ingenierie: Ingenierie, structure: StructureCiblee) -> None:
    if structure.ingenierie_id != ingenierie.pk:
        raise InvalidInput("Cette structure n’est pas dans l’ingénierie.")


def _create(ingenierie: Ingenierie, values: Mapping[str, Any], actor: Actor) -> Consentement:
    return create(Consentement(), values, actor=actor, verb="capitalisation.consentement_ajoute", scope=ingenierie)


@transaction.atomic
def add(ingenierie: Ingenierie, values: Mapping[str, Any], *, actor: Actor) -> Consentement:
    """Add a consent to ask, of a structure or of somebody of it. Raises ``NotAllowed``, ``InvalidInput``."""
    _ensure(actor, ingenierie)
    lock(ingenierie)
    _of_dossier(ingenierie, values["structure"])
    _room_for(ingenierie, 1)
    row = _create(ingenierie, values, actor)
    if row.personne:
        _fewer(ingenierie)
    touch(ingenierie.pk, ended=True)
    return row


def missing(ingenierie: Ingenierie) -> list[StructureCiblee]:
    """The structures that came whose consent is not in the list yet, with their contacts: two queries."""
    rows = StructureCiblee.objects.filter(ingenierie=ingenierie, state=EtatMobilisation.CONFIRMEE)
    left = rows.exclude(pk__in=Consentement.objects.filter(personne="").values("structure"))
    return list(left.select_related("structure").prefetch_related("structure__contacts"))


@transaction.atomic
def take_up(ingenierie: Ingenierie, *, actor: Actor) -> int:
    """List the structures that came, each with its first address; returns how many. Nothing leaves.

    Raises ``NotAllowed``, ``InvalidInput``.
    """
    _ensure(actor, ingenierie)
    lock(ingenierie)
    rows = missing(ingenierie)
    _room_for(ingenierie, len(rows))
    for row in rows:
        email = next((email for _, email in addresses(row.structure)), "")
        _create(ingenierie, {"structure": row, "email": email}, actor)
    touch(ingenierie.pk, ended=True)
    return len(rows)


@transaction.atomic
def update(row: Consentement, values: Mapping[str, Any], *, actor: Actor, expected_version: int | None) -> Consentement:
    """Change who is asked, and where; the link sent to another address does not serve any more.

    Raises ``NotAllowed``, ``InvalidInput``, ``EditConflict``.
    """
    ingenierie = _ingenierie(row)
    _ensure(actor, ingenierie)
    fresh = lock(row)
    if bool(values.get("personne", fresh.personne)) != bool(fresh.personne):
        raise InvalidInput("Un consentement est celui de la structure, ou celui d’une personne : ajoutez l’autre.")
    if fresh.le is not None and values.get("personne", fresh.personne) != fresh.personne:
        raise InvalidInput("Cette personne a déjà répondu : ajoutez l’autre à la liste.")
    done = apply_changes(
        fresh,
        checked(fresh, values),
        actor=actor,
        verb="capitalisation.consentement_modifie",
        expected_version=expected_version,
        scope=ingenierie,
    )
    for grant in Grant.objects.of(done, LIEN):
        if grant.recipient_email.lower() != done.email.lower() and status_of(grant) != REVOQUE:
            accounts.revoke_link(grant, actor=actor)
    if done.personne != row.personne:
        _fewer(ingenierie)
    touch(ingenierie.pk, ended=True)
    return done


def grants(ingenierie: Ingenierie) -> dict[int, Grant]:
    """The last link of each consent: one query."""
    found = Grant.objects.filter(
        purpose=LIEN,
        object_type=Consentement._meta.label_lower,
        object_id__in=Consentement.objects.filter(structure__ingenierie=ingenierie).values("pk"),
    )
    return {grant.object_id: grant for grant in found.order_by("pk")}


@transaction.atomic
def ask(ingenierie: Ingenierie, consentements: Collection[int], *, actor: Actor) -> int:
    """Send its link to each of these that has an address; returns to how many it left. Those whose link left a few
    minutes ago are passed over. Raises ``NotAllowed``, ``InvalidInput``."""
    _ensure(actor, ingenierie)
    rows = Consentement.objects.filter(structure__ingenierie=ingenierie, pk__in=consentements).exclude(email="")
    locked = list(lock_rows(rows))
    if not locked:
        raise InvalidInput("Cochez au moins une ligne qui a une adresse électronique.")
    sent = sum(_send(row, actor) for row in locked)
    touch(ingenierie.pk, ended=True)
    return sent


def _send(row: Consentement, actor: Actor) -> bool:
    grant = Grant.objects.of(row, LIEN).filter(recipient_email__iexact=row.email).order_by("-pk").first()
    if grant is not None and clock.now() - grant.sent_at < RESEND_AFTER:
        return False
    if grant is None:
        accounts.send_link(LIEN, row, name=str(row)[:120], email=row.email, actor=actor)
    elif status_of(grant) in (REVOQUE, REPONDU):
        accounts.renew_link(grant, actor=actor)
    else:
        accounts.resend_link(grant, actor=actor)
    if row.etat == EtatConsentement.A_DEMANDER:
        row.etat, row.version = EtatConsentement.DEMANDE, row.version + 1
        row.save(update_fields=["etat", "version"])
        journal.record(
            actor,
            "capitalisation.consentement_demande",
            row,
            scope=_ingenierie(row),
            changes={"etat": ("à demander", "demandé")},
        )
    return True


@transaction.atomic
def note(
    row: Consentement, values: Mapping[str, Any], *, actor: Actor, expected_version: int | None = None
) -> Consentement:
    """What was told to the team, with its real day: given, refused, taken back.

    ``values``: etat, le, moyen, dit_par, note. A refusal or a withdrawal may be noted in any state of the ingénierie.
    Raises ``NotAllowed``, ``InvalidInput``, ``EditConflict``.
    """
    ingenierie = _ingenierie(row)
    may = why_not_ask if values["etat"] == EtatConsentement.ACCORDE else why_not_withdraw
    if refusal := may(actor, ingenierie):
        raise NotAllowed(refusal)
    if values["le"] > clock.today():
        raise InvalidInput("Cette date est dans le futur.")
    if values["moyen"] == Moyen.LIEN:
        raise InvalidInput("Une réponse par lien s’inscrit seule.")
    return _answer(lock(row), dict(values), actor=actor, expected_version=expected_version)


@transaction.atomic
def answer(row: Consentement, accepte: bool, *, nom: str, actor: Actor) -> Consentement:
    """What is answered by the link, as often as its holder changes her mind.

    Raises ``NotAllowed``, ``LinkClosed``, ``InvalidInput``.
    """
    grant = accounts.take(actor, LIEN, row)
    fresh = lock(row)
    if not nom.strip():
        raise InvalidInput("Écrivez votre prénom et votre nom.")
    was = fresh.etat
    if accepte:
        etat = EtatConsentement.ACCORDE
    else:
        etat = EtatConsentement.RETIRE if was in (EtatConsentement.ACCORDE, EtatConsentement.RETIRE) else (
            EtatConsentement.REFUSE
        )  # fmt: skip
    done = _answer(
        fresh,
        {"etat": etat, "le": clock.today(), "moyen": Moyen.LIEN, "dit_par": nom.strip(), "note": ""},
        actor=actor,
        expected_version=None,
    )
    accounts.answered(grant)
    if etat == EtatConsentement.RETIRE and was == EtatConsentement.ACCORDE:
        _tell(done, actor)
    return done


_ANSWER = ("etat", "le", "moyen", "dit_par", "note")


def _answer(fresh: Consentement, values: dict[str, Any], *, actor: Actor, expected_version: int | None) -> Consentement:
    etat = values["etat"]
    if etat not in (EtatConsentement.ACCORDE, EtatConsentement.REFUSE, EtatConsentement.RETIRE):
        raise InvalidInput("Dites si le consentement est accordé, refusé ou retiré.")
    if etat == EtatConsentement.RETIRE and fresh.le is None:
        raise InvalidInput("Ce consentement n’a pas été donné : notez plutôt qu’il est refusé.")
    asked = fresh.demande
    done = apply_changes(
        fresh,
        {**checked(fresh, values, only=_ANSWER), "texte": asked},
        actor=actor,
        verb=f"capitalisation.consentement_{etat}",
        expected_version=expected_version,
        scope=_ingenierie(fresh),
    )
    if not done.est_accorde:
        _fewer(_ingenierie(fresh))
    touch(_ingenierie(fresh).pk, ended=True)
    return done


def _tell(row: Consentement, actor: Actor) -> None:
    """Whoever answers for the ingénierie learns at once that a consent was taken back."""
    ingenierie = _ingenierie(row)
    person = in_charge(ingenierie.charge_mission, ingenierie.pilote)
    if person is not None:
        queue_mail(
            MAIL_RETIRE,
            to=person.email,
            context={"consentement": row.pk},
            actor=actor,
            scope=ingenierie,
            key=f"consentement-retire-{row.pk}-{row.version}",
        )


@transaction.atomic
def forget(row: Consentement, *, actor: Actor, expected_version: int | None) -> None:
    """Take somebody out of the list, with her answer and her links: without a row, she is not named.

    Raises ``NotAllowed``, ``StaleState``.
    """
    ingenierie = _ingenierie(row)
    if refusal := why_not_withdraw(actor, ingenierie):
        raise NotAllowed(refusal)
    fresh = lock(row, expected_version, typed=False)
    for grant in Grant.objects.of(fresh, LIEN):
        forget_invitation(grant)
    for follow in AU_OUBLI:
        follow(fresh)
    remove(fresh, actor=actor, verb="capitalisation.consentement_oublie", scope=ingenierie)
    _fewer(ingenierie)
    touch(ingenierie.pk, ended=True)


def move(kept: StructureCiblee, gone: StructureCiblee, actor: Actor) -> int:
    """Two targeted structures become one: the stricter of two answers stays, and people are not listed twice."""
    rank = [EtatConsentement.RETIRE, EtatConsentement.REFUSE, EtatConsentement.ACCORDE, EtatConsentement.DEMANDE,
            EtatConsentement.A_DEMANDER]  # fmt: skip
    mine = {row.personne.casefold(): row for row in Consentement.objects.filter(structure=kept)}
    moved = 0
    for row in Consentement.objects.filter(structure=gone).order_by("pk"):
        twin = mine.get(row.personne.casefold())
        if twin is not None:
            stays, goes = sorted((row, twin), key=lambda one: rank.index(one.etat))
            for grant in Grant.objects.of(goes, LIEN):
                forget_invitation(grant)
            goes.delete()
            row = stays
        row.structure = kept
        row.version += 1
        row.save(update_fields=["structure", "version"])
        moved += 1
    _fewer(kept.ingenierie)
    return moved
