"""Printing in the background: one asks, waits on the job's page, and is sent to the document."""

from __future__ import annotations

from django.core.exceptions import ObjectDoesNotExist
from django.urls import reverse

from core.actor import Actor
from core.documents import frozen
from core.jobs import GiveUp, JobRun, enqueue, job
from core.models import Job

JOB_NAME = "core.imprimer_document"


@job(JOB_NAME, label="Mise en page du document", priority=20, max_seconds=300)
def print_document(run: JobRun, *, code: str, object_id: int, blank: bool = False, keep: bool = False) -> dict:
    """Print the document ``code`` of object ``object_id`` as the person who asked; returns its id and address."""
    run.progress(0, 2, "Mise en page")
    try:
        document = frozen.produce(code, object_id, actor=run.requester, blank=blank, keep=keep, job_id=run.job_id)
    except (ObjectDoesNotExist, LookupError) as error:
        raise GiveUp("Ce qui devait être imprimé n’existe plus.") from error
    run.progress(2, 2, "Document prêt")
    return {"document_id": document.pk, "url": reverse("core:document", args=[document.pk])}


def request_document(
    code: str, object_id: int, *, actor: Actor, blank: bool = False, keep: bool = False, key: str = ""
) -> Job:
    """Ask for a document; returns the job, whose page (``core:job_detail``) leads to the PDF.

    Written in the transaction that is open: a document to ``keep`` is asked for together with the action that freezes
    its content, under a ``key`` that makes it unique. Raises ``LookupError`` and ``NotAllowed``.
    """
    spec = frozen.check_may_print(code, object_id, actor)
    payload = {"code": code, "object_id": object_id, "blank": blank and spec.has_blank, "keep": keep}
    return enqueue(JOB_NAME, payload, actor=actor, key=key)
