"""A text is put to be signed, and comes back to the draft: of a convention or of one of its avenants, the same way."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import Max

from core import clock, journal
from core.actor import Actor
from core.canonical import canonical
from core.documents.frozen import kept_document
from core.documents.jobs import request_document
from core.editing import lock
from core.errors import NotAllowed, StaleState
from core.lifecycle import perform
from core.models import GeneratedDocument, Job, JobState
from core.outbox import queue_mail
from missions.conventions import content
from missions.conventions.lifecycle import PAR_LES_SIGNATURES
from missions.conventions.models import Acte, Avenant, Convention, Signataire
from missions.conventions.permissions import why_not_decide
from missions.conventions.registry import A_L_ABANDON
from missions.conventions.services.liens import revoke_all
from projects.ingenierie.services import touch

journal.register_verbs({"missions.texte_fige": "a figé le texte à signer"})

DOCUMENT_ACTE = "convention_acte"
DOCUMENT_PROJET = "convention_projet"
DOCUMENT_PREUVE = "convention_preuve"

Signe = Convention | Avenant


def convention_of(objet: Signe) -> Convention:
    """The convention that ``objet`` is, or is an avenant to."""
    return objet.convention if isinstance(objet, Avenant) else objet


def actes_of(objet: Signe):
    """The texts of ``objet`` that were put to be signed, newest first."""
    if isinstance(objet, Avenant):
        return Acte.objects.filter(avenant=objet).order_by("-numero")
    return Acte.objects.filter(convention=objet, avenant=None).order_by("-numero")


def current_acte(objet: Signe) -> Acte | None:
    """The text that is to be signed, or is signed; nothing while it is a draft (again)."""
    found = actes_of(objet).first()
    if found is None:
        return None
    convention = convention_of(objet)
    found.convention = convention
    if isinstance(objet, Avenant):
        found.avenant = objet
    return found if found.est_le_dernier else None


def pdf_of(acte: Acte) -> GeneratedDocument | None:
    """The PDF that is signed, once it is made."""
    return kept_document(acte, DOCUMENT_ACTE)


def perform_action(
    objet: Signe,
    action: str,
    *,
    actor: Actor,
    expected_state: str,
    version: int | None = None,
    reason: str = "",
) -> Signe:
    """One action of the life of a convention or of an avenant.

    Putting it to be signed freezes its text in an :class:`Acte` with those who sign, and asks for its PDF, in the same
    transaction; coming back to the draft revokes the links and tells those who had one. Raises what
    :func:`core.lifecycle.perform` raises.
    """
    convention = convention_of(objet)
    counter, signed = ("textes", "signe_le") if isinstance(objet, Avenant) else ("numero", "signee_le")

    def before(locked: Signe) -> dict[str, Any]:
        locked.state_since = clock.now()
        if isinstance(locked, Avenant):
            locked.convention = convention
        else:
            locked.ingenierie = convention.ingenierie
        if action == "mettre_a_signer":
            setattr(locked, counter, getattr(locked, counter) + 1)
        elif action == PAR_LES_SIGNATURES:
            last = Signataire.objects.filter(acte=actes_of(locked).first()).aggregate(last=Max("signe_le"))["last"]
            setattr(locked, signed, last)
            return {signed: (None, last)}
        return {}

    def effect(locked: Signe) -> None:
        if action == "mettre_a_signer":
            _freeze(locked, getattr(locked, counter), actor)
        elif action == "reprendre":
            _take_back(locked, actor)
        elif action == "abandonner":
            for follow in A_L_ABANDON:
                follow(locked, actor)
        touch(convention.ingenierie_id)

    with transaction.atomic():
        # Always the convention first, then the avenant: a signature waits, and finds what was decided.
        lock(convention)
        return perform(
            objet,
            action,
            actor=actor,
            expected_state=expected_state,
            version=version,
            reason=reason,
            scope=convention.ingenierie,
            before=before,
            effect=effect,
        )


def _freeze(objet: Signe, numero: int, actor: Actor) -> None:
    convention = convention_of(objet)
    is_avenant = isinstance(objet, Avenant)
    acte = Acte(
        convention=convention,
        avenant=objet if is_avenant else None,
        numero=numero,
        contenu=canonical(content.build_avenant(objet) if is_avenant else content.build(objet)),
        par=actor.label[:200],
    )
    acte.save()
    for rang, partie in enumerate(convention.parties.filter(signe=True), 1):
        Signataire.objects.create(
            acte=acte,
            partie=partie,
            organisation=partie.nom,
            nom=partie.represente_par,
            qualite=partie.qualite,
            email=partie.email,
            ordre=rang,
        )
    journal.record(
        actor,
        "missions.texte_fige",
        acte,
        scope=convention.ingenierie,
        changes={"numero": (None, numero), "empreinte": (None, acte.empreinte)},
    )
    request_document(DOCUMENT_ACTE, acte.pk, actor=actor, keep=True, key=f"convention-acte-{acte.pk}")


def _take_back(objet: Signe, actor: Actor) -> None:
    """The links stop; those who had one, and those who had signed, learn why."""
    acte = actes_of(objet).first()
    if acte is None:
        return
    revoked = {grant.object_id for grant in revoke_all(acte, actor=actor)}
    for row in acte.signataires.exclude(email=""):
        if row.signe_le or row.pk in revoked:
            queue_mail(
                "missions/signature_retiree",
                to=row.email,
                context={"signataire": row.pk},
                actor=actor,
                scope=convention_of(objet).ingenierie,
                key=f"signature-retiree-{row.pk}",
            )


# --- The PDF --------------------------------------------------------------------------------------------------------


def pdf_job(acte: Acte) -> Job | None:
    """The job that makes the PDF of a text (the last one asked for)."""
    key = f"convention-acte-{acte.pk}"
    found = Job.objects.filter(key__startswith=f"{key}.").order_by("-pk").first()
    return found or Job.objects.filter(key=key).first()


def remake_pdf(acte: Acte, *, actor: Actor) -> Job:
    """Ask again for the PDF of a text whose making failed.

    Raises ``NotAllowed`` for who is not the pilot, ``StaleState`` when it is there or being made.
    """
    if refusal := why_not_decide(acte.convention.ingenierie, actor):
        raise NotAllowed(refusal)
    with transaction.atomic():
        lock(acte.convention)
        failed = pdf_job(acte)
        if pdf_of(acte) or (failed and failed.state != JobState.ECHEC):
            raise StaleState("Le PDF de ce texte est prêt, ou déjà en cours de fabrication.")
        number = failed.pk if failed else 0
        return request_document(
            DOCUMENT_ACTE, acte.pk, actor=actor, keep=True, key=f"convention-acte-{acte.pk}.{number}"
        )
