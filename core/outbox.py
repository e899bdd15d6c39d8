"""Mail: written with the business, rendered and sent later by a worker.

``queue_mail`` adds a row in the business transaction; the worker renders ``templates/mail/<template>.subject.txt``,
``.txt`` and ``.html`` with the context that the app's builder makes from the ids, and sends it. At least once; a worker
killed between the server's answer and the row's update sends one duplicate, under the same Message-ID.
"""

from __future__ import annotations

import json
import re
import smtplib
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMultiAlternatives
from django.core.validators import validate_email
from django.db import models, transaction
from django.db.models import Q
from django.template import Context
from django.template.loader import get_template

from core import clock, journal
from core.actor import Actor
from core.editing import lock, lock_rows
from core.errors import InvalidInput, NotAllowed, StaleState
from core.jobs import GiveUp, enqueue, retry_job
from core.jobs.execution import JobRun, patiently
from core.models import Job, JobState, MailState, OutboxMail
from core.permissions import is_operator
from core.registry import Registry
from core.sealing import seal

SEND_JOB = "core.envoi_courrier"
DIGEST = "core/recapitulatif"
#: The key of a context under which a secret waits, encrypted.
SEALED = "scelle"
_BREAKS = re.compile(r"[\x00-\x20\x7f-\x9f\u2028\u2029]+")  # not the no-break spaces of French typography

#: ids → context of the templates, or ``None`` when there is nothing left to say.
Builder = Callable[[dict[str, Any]], "dict[str, Any] | None"]
MAIL_CONTEXTS: Registry[Builder] = Registry("courriers")

journal.register_verbs({"core.relance_courrier": "a relancé le courrier"})


def mail_context(template: str) -> Callable[[Builder], Builder]:
    """Register the builder of ``template``: ``ids -> context``, or ``None`` when the mail has lost its object.

    The context may hold ``url`` (path of the page to open, also used by the digest), ``reply_to`` (an address) and
    ``attachments`` (a list of (file name, bytes, MIME type)). Builders live in each app's ``mails.py``.
    """

    def register(builder: Builder) -> Builder:
        return MAIL_CONTEXTS.register(template, builder)

    return register


def queue_mail(
    template: str,
    *,
    to: str,
    context: Mapping[str, Any],
    actor: Actor,
    scope: models.Model | None = None,
    key: str = "",
    urgent: bool = True,
    secret: Mapping[str, Any] | None = None,
) -> OutboxMail:
    """Owe a mail to ``to``, in the transaction that is open (or in one of its own).

    ``context`` holds ids and codes for the builder, never texts or names. With a ``key``, a mail already known under it
    is returned and nothing is written. A mail that is not ``urgent`` goes with the day's digest. ``scope`` is the
    dossier it belongs to. A ``secret`` (a code that one signs in with) is sealed in the context, under :data:`SEALED`,
    and erased once the mail has left. Raises ``LookupError`` for an unknown template, ``InvalidInput`` for a wrong
    address.
    """
    if template not in MAIL_CONTEXTS:
        raise LookupError(f"courrier inconnu : {template}")
    try:
        validate_email(to)
    except ValidationError as error:
        raise InvalidInput(f"L’adresse électronique « {to} » n’est pas valable.") from error
    sealed = {SEALED: seal(dict(secret))} if secret is not None else {}
    fields = {
        "template": template,
        "to": to,
        "context": json.loads(json.dumps({**context, **sealed})),
        "urgent": urgent,
        "scope_type": scope._meta.label_lower if scope is not None else "",
        "scope_id": scope.pk if scope is not None else None,
        "created_by_id": actor.user_id,
        "created_by_label": actor.label[:200],
        "created_at": clock.now(),
    }
    with transaction.atomic():
        if key:
            mail, created = OutboxMail.objects.get_or_create(key=key, defaults=fields)
            if not created:
                return mail
        else:
            mail = OutboxMail.objects.create(**fields)
        if urgent:
            post(mail, actor=actor)
    return mail


def post(mail: OutboxMail, *, actor: Actor) -> None:
    """Give ``mail`` to the workers."""
    mail.job = enqueue(SEND_JOB, {"mail": mail.pk}, actor=actor)
    mail.save(update_fields=["job"])


# --- Sending --------------------------------------------------------------------------------------------------------


def compose(mail: OutboxMail) -> dict[str, Any] | None:
    """The context of ``mail`` as things stand now; ``None`` when it has lost its object."""
    builder = MAIL_CONTEXTS.get(mail.template)
    if builder is None:
        raise LookupError(f"courrier inconnu : {mail.template}")
    return builder(dict(mail.context))


def render(template: str, context: Mapping[str, Any]) -> tuple[str, str, str]:
    """Return (subject on one line, text, HTML). Names are escaped in the HTML, and left alone in the text."""
    values = {"site_url": settings.SITE_URL, **context}

    def fill(name: str, *, escape: bool) -> str:
        return get_template(name).template.render(Context(values, autoescape=escape))

    subject = _BREAKS.sub(" ", fill(f"mail/{template}.subject.txt", escape=False)).strip()
    values["subject"] = subject
    text = fill(f"mail/{template}.txt", escape=False).strip() + "\n"
    return subject, text, fill(f"mail/{template}.html", escape=True)


def message_for(mail: OutboxMail, context: Mapping[str, Any]) -> EmailMultiAlternatives:
    """The message of ``mail``, with its fixed Message-ID."""
    subject, text, html = render(mail.template, context)
    reply_to = context.get("reply_to")
    message = EmailMultiAlternatives(
        subject,
        text,
        to=[mail.to],
        reply_to=[reply_to] if reply_to else None,
        headers={"Message-ID": mail.message_id, "Auto-Submitted": "auto-generated"},
    )
    message.attach_alternative(html, "text/html")
    for name, content, kind in context.get("attachments", ()):
        message.attach(name, content, kind)
    return message


def deliver(run: JobRun, mail_id: int) -> dict[str, str]:
    """Send one mail, unless it was sent already or has lost its object; returns ``{"etat": …}``.

    Raises ``GiveUp`` when the server refuses the address for good; any other error means: try again later.
    """
    mail = OutboxMail.objects.filter(pk=mail_id).first()
    if mail is None or mail.state in (MailState.ENVOYE, MailState.SANS_OBJET):
        return {"etat": mail.state if mail else "introuvable"}
    context = compose(mail)
    if context is None:
        _settle(mail, MailState.SANS_OBJET)
        return {"etat": MailState.SANS_OBJET.value}
    message = message_for(mail, context)
    run.check()
    try:
        message.send()
    except smtplib.SMTPRecipientsRefused as error:
        codes = [code for code, _ in error.recipients.values()]
        if codes and all(code >= 500 for code in codes):
            raise GiveUp("Le serveur de courrier refuse cette adresse.") from error
        raise
    patiently(lambda: _settle(mail, MailState.ENVOYE, skipped=context.get("skipped", ())))
    return {"etat": MailState.ENVOYE.value}


def _settle(mail: OutboxMail, state: str, skipped: list[int] | tuple[int, ...] = ()) -> None:
    """Record what became of ``mail``, and of the mails it gathers."""
    sent = {"state": state, "error": "", "sent_at": clock.now() if state == MailState.ENVOYE else None}
    with transaction.atomic():
        OutboxMail.objects.filter(pk=mail.pk).update(**sent)
        _forget_secret(mail)
        if mail.template == DIGEST:
            items = OutboxMail.objects.filter(digest=mail, state=MailState.EN_ATTENTE)
            items.filter(pk__in=skipped).update(state=MailState.SANS_OBJET)
            items.exclude(pk__in=skipped).update(**sent)


def _forget_secret(mail: OutboxMail) -> None:
    if SEALED in mail.context:
        OutboxMail.objects.filter(pk=mail.pk).update(context={k: v for k, v in mail.context.items() if k != SEALED})


def mark_failed(job: Job) -> None:
    """The job that sends a mail failed for good: so did the mail."""
    for mail in OutboxMail.objects.filter(pk=job.payload.get("mail")):
        _forget_secret(mail)
    OutboxMail.objects.filter(pk=job.payload.get("mail"), state=MailState.EN_ATTENTE).update(
        state=MailState.ECHEC, error=job.error
    )


def unsent(keys: Iterable[str]) -> set[str]:
    """Those of ``keys`` whose mail failed for good, by itself or with the digest that carried it: one query.

    For every page that says something was sent: ``partials/non_parti.html`` says it did not leave.
    """
    keys = list(keys)
    return set(_failed(keys).values_list("key", flat=True)) if keys else set()


def _failed(keys: list[str]) -> Any:
    return OutboxMail.objects.filter(Q(state=MailState.ECHEC) | Q(digest__state=MailState.ECHEC), key__in=keys)


def send_again(keys: Iterable[str], *, actor: Actor) -> int:
    """« Renvoyer », beside « le courrier n’est pas parti »: owe again those of ``keys`` whose mail failed, by
    themselves. Returns how many. The service of the page says who may.
    """
    with transaction.atomic():
        failed = list(_failed(list(keys)).order_by("pk"))
        again = 0
        for mail in failed:
            locked = lock(mail)
            if not _failed([locked.key]).exists():
                continue  # somebody else did meanwhile
            locked.state, locked.error, locked.digest = MailState.EN_ATTENTE, "", None
            locked.save(update_fields=["state", "error", "digest"])
            post(locked, actor=actor)
            journal.record(actor, "core.relance_courrier", locked)
            again += 1
    return again


def retry_mail(mail: OutboxMail, *, actor: Actor) -> OutboxMail:
    """« Relancer »: try again a failed mail. Same refusals as ``retry_job``."""
    if not is_operator(actor):
        raise NotAllowed("Seule la personne qui exploite l’application peut relancer un courrier.")
    with transaction.atomic():
        locked = lock(mail)
        if locked.state != MailState.ECHEC:
            raise StaleState(f"Ce courrier n’est plus en échec : il est maintenant « {locked.get_state_display()} ».")
        locked.state = MailState.EN_ATTENTE
        locked.error = ""
        locked.save(update_fields=["state", "error"])
        job = Job.objects.filter(pk=locked.job_id).first()
        if job is not None and job.state == JobState.ECHEC:
            retry_job(job, actor=actor)
        else:
            post(locked, actor=actor)
        journal.record(actor, "core.relance_courrier", locked)
    return locked


# --- The day's digest -----------------------------------------------------------------------------------------------


def gather_digests() -> int:
    """Post the mails that were not urgent: alone, or gathered in one mail per recipient. Returns how many mails."""
    waiting = OutboxMail.objects.filter(state=MailState.EN_ATTENTE, urgent=False, digest=None, job=None)
    actor = Actor.system("récapitulatif du jour")
    posted = 0
    for to in list(waiting.order_by("to").values_list("to", flat=True).distinct()):
        with transaction.atomic():
            mails = list(lock_rows(waiting.filter(to=to))[:100])
            if len(mails) == 1:
                post(mails[0], actor=actor)
            elif mails:
                digest = queue_mail(DIGEST, to=to, context={"mails": [m.pk for m in mails]}, actor=actor)
                OutboxMail.objects.filter(pk__in=[m.pk for m in mails]).update(digest=digest)
            posted += bool(mails)
    return posted


@mail_context(DIGEST)
def _digest_context(ids: dict[str, Any]) -> dict[str, Any] | None:
    items, skipped = [], []
    for mail in OutboxMail.objects.filter(pk__in=ids["mails"], state=MailState.EN_ATTENTE).order_by("created_at", "pk"):
        context = compose(mail)
        if context is None:
            skipped.append(mail.pk)
            continue
        subject, _, _ = render(mail.template, context)
        path = context.get("url", "")
        items.append({"subject": subject, "url": settings.SITE_URL + path if path.startswith("/") else path})
    return {"items": items, "skipped": skipped} if items else None
