"""Signing a text: by a personal link with a code sent to the address, or on paper with its copy; proofs are kept."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Mapping

from django.core.files import File
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from accounts.services.links import answered, take
from core import clock, journal
from core.actor import Actor
from core.documents.jobs import request_document
from core.editing import create, lock
from core.errors import InvalidInput, NotAllowed, StaleState
from core.formats import format_date
from core.outbox import queue_mail
from core.text import typed_text
from core.uploads import attach
from missions.conventions.enums import EtatAvenant, EtatConvention, ModeSignature
from missions.conventions.lifecycle import PAR_LES_SIGNATURES, waiting
from missions.conventions.models import CODE_ESSAIS, CODE_VALABLE, Acte, Preuve, Signataire
from missions.conventions.permissions import why_not_decide
from missions.conventions.registry import A_LA_SIGNATURE
from missions.conventions.services import liens
from missions.conventions.services.actes import DOCUMENT_PREUVE, pdf_of, perform_action
from projects.ingenierie.services import touch

journal.register_verbs(
    {
        "missions.code_envoye": "a demandé le code de sa signature",
        "missions.code_faux": "a saisi un code de signature qui n’est pas le bon",
        "missions.signature": "a signé",
        "missions.signature_papier": "a enregistré une signature sur papier",
    }
)

#: The category of the attachments that are copies of what was signed on paper.
COPIE = "signature"
#: A code is sent again no sooner than this; and no more than so many for one signature.
CODE_DELAI = dt.timedelta(minutes=1)
CODES_MAX = 12

ALREADY = "Cette signature est déjà enregistrée."
PDF_WAITS = "Le PDF à signer est en cours de fabrication : attendez quelques instants, puis recommencez."
NOT_THE_LAST = "Ce texte n’est plus à signer : rechargez la page."


def _locked(acte: Acte) -> Acte:
    """``acte`` with its convention locked, and its avenant: still to be signed. Inside the caller's transaction.

    Raises ``StaleState``.
    """
    ingenierie = acte.convention.ingenierie
    convention = lock(acte.convention)
    convention.ingenierie = ingenierie
    fresh = Acte.objects.get(pk=acte.pk)
    fresh.convention = convention
    if fresh.avenant_id:
        fresh.avenant = lock(fresh.avenant)
        fresh.avenant.convention = convention
    to_sign = EtatAvenant.A_SIGNER if fresh.avenant_id else EtatConvention.A_SIGNER
    if not fresh.est_le_dernier or fresh.objet.state != to_sign or convention.choix.retire_at is not None:
        raise StaleState(NOT_THE_LAST)
    return fresh


# --- Links ----------------------------------------------------------------------------------------------------------


def send_links(acte: Acte, *, actor: Actor, only: Signataire | None = None) -> int:
    """Send each who has not signed (or ``only`` one) the link to sign, or send it again; returns how many left.

    Raises ``NotAllowed``, ``StaleState``; ``InvalidInput`` while the PDF is being made, and when nobody to whom it
    be sent has an address.
    """
    if refusal := why_not_decide(acte.convention.ingenierie, actor):
        raise NotAllowed(refusal)
    with transaction.atomic():
        fresh = _locked(acte)
        if pdf_of(fresh) is None:
            raise InvalidInput(PDF_WAITS)
        rows = fresh.signataires.filter(signe_le=None).exclude(email="")
        if only is not None:
            rows = rows.filter(pk=only.pk)
        rows = list(rows.order_by("pk"))
        if not rows:
            raise InvalidInput("Personne n’attend de lien : ceux qui n’ont pas signé n’ont pas d’adresse électronique.")
        sent = sum(liens.invite(row, actor=actor) for row in rows)
        touch(fresh.convention.ingenierie_id)
    return sent


# --- Online ---------------------------------------------------------------------------------------------------------


def _digest(signataire: Signataire, code: str) -> str:
    return salted_hmac("missions.signature", f"{signataire.pk}:{code}", algorithm="sha256").hexdigest()


def _waits(signataire: Signataire) -> None:
    if signataire.signe_le:
        raise StaleState(f"Vous avez déjà signé, le {format_date(signataire.signe_le)}.")


def ask_code(signataire: Signataire, *, nom: str, qualite: str, actor: Actor) -> Signataire:
    """Who holds the link gives name and quality, and asks for the code that confirms them: six digits, to her address.

    Another code replaces the former. Raises ``NotAllowed`` (another link), ``LinkClosed``, ``StaleState`` (signed, text
    taken back), ``InvalidInput`` (nothing typed, a code just left, too many of them).
    """
    nom, qualite = (" ".join(typed_text(text, limit=120).split()) for text in (nom, qualite))
    if not nom or not qualite:
        raise InvalidInput("Donnez votre nom et la qualité en laquelle vous signez.")
    with transaction.atomic():
        acte = _locked(signataire.acte)
        take(actor, liens.SIGNATURE, signataire)
        row = lock(signataire)
        _waits(row)
        now = clock.now()
        if row.code_at and now - row.code_at < CODE_DELAI:
            raise InvalidInput("Un code vient de partir : attendez une minute avant d’en demander un autre.")
        if row.codes_envoyes >= CODES_MAX:
            raise InvalidInput(
                "Trop de codes ont été demandés pour cette signature. Adressez-vous à qui vous a envoyé ce lien : la "
                "convention peut se signer sur papier."
            )
        code = f"{secrets.randbelow(1_000_000):06d}"
        row.declare_nom, row.declare_qualite = nom, qualite
        row.code_empreinte, row.code_at, row.code_essais = _digest(row, code), now, 0
        row.codes_envoyes += 1
        row.version += 1
        row.save()
        journal.record(actor, "missions.code_envoye", row, scope=acte.convention.ingenierie)
        queue_mail(
            "missions/code_signature",
            to=row.email,
            context={"signataire": row.pk, "envoi": row.codes_envoyes},
            secret={"code": code},
            actor=actor,
            scope=acte.convention.ingenierie,
        )
    return row


def _wrong(row: Signataire, code: str) -> str:
    """Why ``code`` does not sign, or ``""``."""
    if not row.code_empreinte or row.code_at is None:
        return "Demandez d’abord un code."
    if clock.now() >= row.code_at + CODE_VALABLE:
        return "Ce code a expiré : demandez-en un autre."
    if row.code_essais >= CODE_ESSAIS:
        return "Trop d’essais : ce code ne sert plus. Demandez-en un autre."
    return "" if constant_time_compare(_digest(row, code), row.code_empreinte) else "faux"


def sign_online(signataire: Signataire, code: str, *, actor: Actor, adresse_ip: str | None = None) -> Preuve:
    """Sign with the code that was sent: who, when, of which text and PDF, from which address are kept for good.

    A wrong code counts, whatever becomes of the request: three of them and another must be asked for. With the last
    signature the text is signed, and each party is told. Raises ``NotAllowed``, ``LinkClosed``, ``StaleState``,
    ``InvalidInput``.
    """
    code = "".join(char for char in code if char.isdigit())
    with transaction.atomic():
        acte = _locked(signataire.acte)
        grant = take(actor, liens.SIGNATURE, signataire)
        row = lock(signataire)
        _waits(row)
        document = pdf_of(acte)
        if document is None:
            raise InvalidInput(PDF_WAITS)
        refused = _wrong(row, code)
        if refused:
            if refused == "faux":
                row.code_essais += 1
                row.save(update_fields=["code_essais"])
                journal.record(actor, "missions.code_faux", row, scope=acte.convention.ingenierie)
                left = CODE_ESSAIS - row.code_essais
                refused = (
                    "Ce code n’est pas le bon : relisez le dernier courrier reçu."
                    if left
                    else "Ce code n’est pas le bon, et c’était le dernier essai : demandez-en un autre."
                )
        else:
            preuve = _sign(
                row,
                acte,
                Preuve(
                    mode=ModeSignature.EN_LIGNE,
                    signe_le=clock.today(),
                    nom=row.declare_nom,
                    qualite=row.declare_qualite,
                    email=grant.recipient_email,
                    pdf_sha256=document.sha256,
                    adresse_ip=adresse_ip or None,
                ),
                actor,
                "missions.signature",
            )
            answered(grant)
            _conclude(acte, actor)
    # Said only now: the try is counted, and stays so.
    if refused:
        raise InvalidInput(refused)
    return preuve


def _sign(row: Signataire, acte: Acte, preuve: Preuve, actor: Actor, verb: str) -> Preuve:
    row.mode, row.signe_le = preuve.mode, preuve.signe_le
    row.code_empreinte, row.code_at = "", None
    row.version += 1
    row.save()
    preuve.signataire, preuve.sha256 = row, acte.empreinte
    preuve.par = actor.label[:200]
    create(preuve, actor=actor, verb=verb, scope=acte.convention.ingenierie)
    return preuve


# --- On paper -------------------------------------------------------------------------------------------------------


def sign_on_paper(acte: Acte, dates: Mapping[int, dt.date], copie: File, *, actor: Actor) -> list[Preuve]:
    """Record what was signed on paper: the day for each (primary key of a :class:`Signataire`), and the scanned copy.

    The copy is kept for good. Raises ``NotAllowed``, ``StaleState`` (signed meanwhile, text taken back),
    ``InvalidInput`` (nobody, a day before the text was fixed or in the future, a file that is refused).
    """
    if refusal := why_not_decide(acte.convention.ingenierie, actor):
        raise NotAllowed(refusal)
    if not dates:
        raise InvalidInput("Donnez la date de signature d’une partie au moins.")
    since = timezone.localdate(acte.le)
    for day in dates.values():
        if day > clock.today():
            raise InvalidInput("Une date de signature est dans le futur.")
        if day < since:
            raise InvalidInput(f"Une date de signature précède le texte, figé le {format_date(since)}.")
    with transaction.atomic():
        fresh = _locked(acte)
        rows = list(fresh.signataires.filter(pk__in=dates).order_by("pk"))
        if len(rows) != len(dates) or any(row.signe_le for row in rows):
            raise StaleState(ALREADY)
        # The rights over the files of a convention are those over its annexes; this one is the pilot's act.
        system = Actor.system(actor.label)
        piece = attach(fresh.convention, copie, actor=system, scope=fresh.convention.ingenierie, category=COPIE)
        document = pdf_of(fresh)
        proofs = [
            _sign(
                lock(row),
                fresh,
                Preuve(
                    mode=ModeSignature.PAPIER,
                    signe_le=dates[row.pk],
                    nom=row.nom,
                    qualite=row.qualite,
                    email=row.email,
                    pdf_sha256=document.sha256 if document else "",
                    piece=piece,
                    piece_sha256=piece.sha256,
                ),
                actor,
                "missions.signature_papier",
            )
            for row in rows
        ]
        _conclude(fresh, actor)
    return proofs


# --- All of them ----------------------------------------------------------------------------------------------------


def _conclude(acte: Acte, actor: Actor) -> None:
    """With the last signature, the text is signed on the day of that one, its proofs are printed, all are told."""
    convention = acte.convention
    touch(convention.ingenierie_id)
    if waiting(acte):
        return
    system = Actor.system("dernière signature")
    signed = perform_action(acte.objet, PAR_LES_SIGNATURES, actor=system, expected_state=acte.objet.state)
    request_document(DOCUMENT_PREUVE, acte.pk, actor=system, keep=True, key=f"convention-preuve-{acte.pk}")
    for row in acte.signataires.all():
        liens.send_signed(row, actor=system)
    for follow in A_LA_SIGNATURE:
        follow(signed, system)
