"""Handing over productions, acknowledging them, informing partners: one function per action of the business."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django.core.files.base import File
from django.db import transaction

from accounts import services as accounts
from accounts.models import Grant
from accounts.services import answered, take
from accounts.services.sent_links import RESEND_AFTER
from core import clock, journal
from core.actor import Actor
from core.contacts import addresses
from core.editing import apply_changes, checked, create, lock, remove
from core.errors import InvalidInput, NotAllowed
from core.models import Attachment
from core.outbox import queue_mail, send_again
from core.text import typed_text
from core.uploads import attach, detach
from engagement.partenaires.models import PartenaireProjet
from missions.conventions.models import Convention
from missions.mission.permissions import why_not_follow
from missions.productions.models import DestinataireNote, NotePartenaires, Production, Reception
from missions.productions.permissions import why_not_write
from missions.suivi.models import EtapeSuivi
from projects.ingenierie.models import Ingenierie
from projects.ingenierie.permissions import why_not_contribute
from projects.ingenierie.services import touch
from projects.structures_ciblees.models import StructureCiblee

journal.register_verbs(
    {
        "missions.production_remise": "a remis une production",
        "missions.production_modifiee": "a modifié une production",
        "missions.production_retiree": "a retiré une production",
        "missions.production_recue": "a reçu une production",
        "missions.note_envoyee": "a informé les partenaires",
    }
)

#: The personal link of a structure to all that it must possess at the end.
LIEN = "productions-structure"
PRODUCTIONS_MAX = 200
EMPTY = "Joignez un fichier, ou donnez l’adresse où la production se trouve."


def _locked(convention: Convention, actor: Actor, production: Production | None = None) -> Convention:
    """The locked mission, in which ``actor`` may hand over something (or change ``production``) now."""
    locked = lock(convention)
    locked.ingenierie, locked.choix = convention.ingenierie, convention.choix
    if refusal := why_not_write(actor, locked, production):
        raise NotAllowed(refusal)
    return locked


def _check_structure(convention: Convention, structure: StructureCiblee | None) -> None:
    if structure is not None and structure.ingenierie_id != convention.ingenierie_id:
        raise InvalidInput("Cette structure n’est pas de cette ingénierie.")


def _check_etape(convention: Convention, etape: EtapeSuivi | None) -> None:
    if etape is not None and etape.fiche.convention_id != convention.pk:
        raise InvalidInput("Cette étape n’est pas de cette mission.")


def hand_over(
    convention: Convention, values: Mapping[str, Any], *, actor: Actor, fichiers: Collection[File] = ()
) -> Production:
    """Hand over a production: ``titre`` at least, with files or an ``url``.

    Raises ``NotAllowed``, ``InvalidInput``.
    """
    if not fichiers and not values.get("url"):
        raise InvalidInput(EMPTY)
    with transaction.atomic():
        locked = _locked(convention, actor)
        _check_etape(locked, values.get("etape"))
        _check_structure(locked, values.get("structure"))
        if locked.productions.count() >= PRODUCTIONS_MAX:
            raise InvalidInput(f"{PRODUCTIONS_MAX} productions au plus.")
        row = Production(convention=locked, remise_par=actor.label[:200])
        create(row, values, actor=actor, verb="missions.production_remise", scope=locked.ingenierie)
        for fichier in fichiers:
            attach(row, fichier, actor=actor, scope=locked.ingenierie)
        touch(locked.ingenierie_id)
    return row


def update_production(
    production: Production, values: Mapping[str, Any], *, actor: Actor, expected_version: int | None = None
) -> Production:
    """Change what is said of a production. Raises ``NotAllowed``, ``InvalidInput``, ``EditConflict``."""
    with transaction.atomic():
        convention = _locked(production.convention, actor, production)
        _check_etape(convention, values.get("etape"))
        _check_structure(convention, values.get("structure"))
        locked = lock(production, expected_version)
        if not values.get("url", locked.url) and not pieces_of([locked]).exists():
            raise InvalidInput(EMPTY)
        fresh = apply_changes(
            locked,
            checked(locked, values),
            actor=actor,
            verb="missions.production_modifiee",
            expected_version=expected_version,
            scope=convention.ingenierie,
        )
        touch(convention.ingenierie_id)
    fresh.convention = convention
    return fresh


def remove_production(production: Production, *, actor: Actor, expected_version: int | None = None) -> None:
    """Take out a production that nobody acknowledged, with its files. Raises ``NotAllowed``, ``StaleState``."""
    with transaction.atomic():
        convention = _locked(production.convention, actor, production)
        locked = lock(production, expected_version, typed=False)
        for piece in pieces_of([locked]):
            detach(piece, actor=actor)
        remove(locked, actor=actor, verb="missions.production_retiree", scope=convention.ingenierie)
        touch(convention.ingenierie_id)


def pieces_of(productions: Collection[Production]):
    """The files of these productions: one query."""
    return Attachment.objects.of(Production._meta.label_lower, [row.pk for row in productions])


# --- The structures -------------------------------------------------------------------------------------------------


def missions_of(ingenierie: Ingenierie) -> list[Convention]:
    """The missions whose productions the structures receive: signed, their prestataire still retained."""
    rows = Convention.objects.signed().standing().filter(ingenierie=ingenierie)
    found = list(rows.select_related("choix__prestataire").order_by("pk"))
    for row in found:
        row.ingenierie = ingenierie
    return found


def acknowledge(structure: StructureCiblee, productions: Collection[int], nom: str, *, actor: Actor) -> int:
    """The structure says that it received these productions, by its link or to the team; returns how many are new.

    Raises ``NotAllowed``, ``LinkClosed``, ``InvalidInput`` (nobody named, a production that is not for it).
    """
    nom = " ".join(typed_text(nom, limit=120).split())
    if not nom:
        raise InvalidInput("Dites qui a reçu ces productions.")
    with transaction.atomic():
        grant = take(actor, LIEN, structure) if actor.kind == "link" else None
        if grant is None and (refusal := why_not_contribute(actor, structure.ingenierie)):
            raise NotAllowed(refusal)
        lock(structure)
        missions = missions_of(structure.ingenierie)
        rows = list(Production.objects.received_by(structure).filter(convention__in=missions, pk__in=productions))
        if len(rows) != len(set(productions)):
            raise InvalidInput("Une de ces productions a été retirée entre-temps : rechargez la page.")
        known = set(Reception.objects.filter(structure=structure).values_list("production", flat=True))
        new = [row for row in rows if row.pk not in known]
        for row in new:
            Reception.objects.create(production=row, structure=structure, par=nom)
            journal.record(
                actor,
                "missions.production_recue",
                row,
                scope=structure.ingenierie,
                changes={"structure": (None, str(structure.structure))},
            )
        if grant is not None:
            answered(grant)
        touch(structure.ingenierie_id, ended=not structure.ingenierie.is_open)
    return len(new)


def send_links(structures: Collection[StructureCiblee], *, actor: Actor) -> tuple[int, list[str]]:
    """Send each structure its link, or send it again; returns how many left, and the names of those without address.

    A link that was revoked is not sent again from here: that is said structure by structure, to an address one looks
    at. Raises ``NotAllowed``, ``InvalidInput``.
    """
    sent, unknown = 0, []
    with transaction.atomic():
        for row in structures:
            known = next(iter(addresses(row.structure)), None)
            grants = list(Grant.objects.of(row, LIEN).order_by("-sent_at"))
            grant = next((one for one in grants if one.revoked_at is None), None)
            if grant is not None:
                if clock.now() - grant.sent_at >= RESEND_AFTER:
                    accounts.resend_link(grant, actor=actor)
                    sent += 1
            elif grants:
                continue
            elif known is None:
                unknown.append(str(row.structure))
            else:
                accounts.send_link(LIEN, row, name=known[0] or str(row.structure), email=known[1], actor=actor)
                sent += 1
    return sent, unknown


# --- The partners ---------------------------------------------------------------------------------------------------


def inform_partners(
    convention: Convention,
    values: Mapping[str, Any],
    partenaires: Collection[PartenaireProjet],
    *,
    actor: Actor,
) -> NotePartenaires:
    """Send a short note to these partners of the ingénierie, each separately, and keep it with who received it.

    ``values``: ``titre``, ``texte``, ``etape``. Raises ``NotAllowed``, ``InvalidInput`` (nobody, a partner of another
    ingénierie, one without address).
    """
    if refusal := why_not_follow(actor, convention):
        raise NotAllowed(refusal)
    if not partenaires:
        raise InvalidInput("Choisissez au moins un partenaire.")
    with transaction.atomic():
        locked = lock(convention)
        _check_etape(locked, values.get("etape"))
        note = NotePartenaires(convention=locked, envoyee_par=actor.label[:200])
        create(note, values, actor=actor, verb="missions.note_envoyee", scope=convention.ingenierie)
        written: set[str] = set()
        for partenaire in partenaires:
            known = next(iter(addresses(partenaire.partenaire)), None)
            if partenaire.ingenierie_id != convention.ingenierie_id:
                raise InvalidInput("Ce partenaire n’est pas de cette ingénierie.")
            if known is None:
                raise InvalidInput(f"{partenaire} n’a pas d’adresse électronique dans l’annuaire.")
            if known[1].lower() in written:
                continue
            written.add(known[1].lower())
            row = DestinataireNote.objects.create(
                note=note, partenaire=partenaire, organisme=str(partenaire)[:200], nom=known[0][:120], email=known[1]
            )
            queue_mail(
                "missions/note_partenaires",
                to=row.email,
                context={"destinataire": row.pk},
                actor=actor,
                scope=convention.ingenierie,
                key=row.cle,
            )
        touch(convention.ingenierie_id)
    return note


def resend_note(note: NotePartenaires, *, actor: Actor) -> int:
    """Owe again the mails of ``note`` that failed; returns how many. Raises ``NotAllowed``."""
    if refusal := why_not_follow(actor, note.convention):
        raise NotAllowed(refusal)
    return send_again([row.cle for row in note.destinataires.all()], actor=actor)
