"""Documents made once and kept: the same bytes for everybody, with their SHA-256."""

from __future__ import annotations

import hashlib

from django.core.files.base import ContentFile
from django.db import IntegrityError, models, transaction

from core import clock, journal
from core.actor import Actor
from core.documents import DOCUMENT_TYPES, BuiltDocument, DocumentType, render_document, seal
from core.errors import NotAllowed
from core.files import DOCUMENTS, clean_name, save_file
from core.models import GeneratedDocument

journal.register_verbs({"core.produit_document": "a produit le document"})


def document_type(code: str) -> DocumentType:
    """The registered type ``code``. Raises ``LookupError``."""
    found = DOCUMENT_TYPES.get(code)
    if found is None:
        raise LookupError(f"type de document inconnu : {code}")
    return found


def check_may_print(code: str, object_id: int, actor: Actor) -> DocumentType:
    """Return the type if ``actor`` (or the application) may print it for that object; else raise ``NotAllowed``."""
    spec = document_type(code)
    if not actor.is_system and not spec.visible(object_id, actor):
        raise NotAllowed("Ce document n’est pas accessible avec votre compte.")
    return spec


def render_built(built: BuiltDocument, *, blank: bool = False) -> bytes:
    """Return the PDF of what a builder gathered."""
    return render_document(
        built.template,
        {**built.context, "blank": blank},
        title=built.title,
        author=built.author,
        subject=built.subject,
        keywords=built.keywords,
        attachments=built.attachments,
    )


def produce(
    code: str,
    object_id: int,
    *,
    actor: Actor,
    blank: bool = False,
    keep: bool = False,
    job_id: int | None = None,
) -> GeneratedDocument:
    """Build, print and store one document; takes seconds, so it runs in a job (``core.documents.jobs``).

    ``keep`` makes it the document itself (journaled, never removed) rather than a preview. What the type says is
    ``sealed`` bears the seal of the installation, when it has a certificate. A job that is run again gets what it made
    the first time. Raises ``LookupError`` for an unknown type, ``NotAllowed``, and whatever the
    builder raises for an object that is gone.
    """
    if job_id is not None and (done := GeneratedDocument.objects.filter(job_id=job_id).first()):
        return done
    spec = check_may_print(code, object_id, actor)
    # Before anything is read: what is taken back while it is printed is taken back after that.
    made_at = clock.now()
    built = spec.build(object_id, actor, blank=blank)
    pdf = render_built(built, blank=blank)
    pdf, sealed_by = seal.seal(pdf) if spec.sealed and not blank else (pdf, None)
    scope = built.scope or built.obj
    document = GeneratedDocument(
        document_type=code,
        object_type=built.obj._meta.label_lower,
        object_id=built.obj.pk,
        scope_type=scope._meta.label_lower,
        scope_id=scope.pk,
        title=built.title[:255],
        filename=clean_name(built.filename),
        template=built.template,
        blank=blank,
        kept=keep,
        storage_key=save_file(DOCUMENTS, ContentFile(pdf)),
        sha256=hashlib.sha256(pdf).hexdigest(),
        size=len(pdf),
        made_at=made_at,
        made_by_id=actor.user_id,
        made_by_label=actor.label[:200],
        job_id=job_id,
        sealed_by=sealed_by.fingerprint if sealed_by else "",
    )
    try:
        with transaction.atomic():
            if sealed_by:
                seal.remember(sealed_by)
            document.save(force_insert=True)
            if keep:
                journal.record(
                    actor, "core.produit_document", document, scope=scope, changes={"sha256": (None, document.sha256)}
                )
    except IntegrityError:
        # Two workers ran the same job: the first one's document stands, this file goes with the housekeeping.
        done = GeneratedDocument.objects.filter(job_id=job_id).first() if job_id is not None else None
        if done is None:
            raise
        return done
    return document


def kept_document(obj: models.Model, code: str) -> GeneratedDocument | None:
    """The document of that type kept for ``obj`` (the newest), or ``None`` while it is not made."""
    return GeneratedDocument.objects.about(obj, code).kept().first()
